/// A TCP proxy on loopback that hands every byte on later and limits no rate; stopped when let go of.
package final class DelayProxy: Sendable {
    private let process: ChildProcess
    /// Where it listens, on 127.0.0.1.
    package let port: Int

    /// - Parameters:
    ///   - target: The port on 127.0.0.1 that each client is connected to.
    ///   - milliseconds: The delay each way: half of what a round trip takes longer.
    package init(to target: Int, milliseconds: Int) throws {
        process = try ChildProcess(Script.delayProxy([String(target), String(milliseconds)]))
        guard let port = process.readLine().flatMap({ Int($0) }) else {
            throw ChildProcess.Failure(description: "the delay proxy did not start: exit status \(process.wait())")
        }
        self.port = port
    }

    deinit {
        process.closeInput()
        _ = process.wait()
    }
}
