import Foundation

/// A `sandbox-server` for as long as the value lives.
final class SandboxProcess {
    enum Failure: Error {
        /// Its first lines are not what they should be.
        case badStart(String)
    }

    let port: Int
    let tlsPort: Int
    let certificateAuthorityPEM: String
    private let process = Process()
    private let input = Pipe()

    init(mails: Int) throws {
        // It is built into the same folder.
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        process.executableURL = folder.appendingPathComponent("sandbox-server")
        process.arguments = [String(mails)]
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Nothing else holds the writing end, so that the text ends where the server closes it.
        let start = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let lines = start.split(separator: "\n", maxSplits: 2)
        guard lines.count == 3, let port = Int(lines[0]), let tlsPort = Int(lines[1]) else {
            throw Failure.badStart(start)
        }
        self.port = port
        self.tlsPort = tlsPort
        certificateAuthorityPEM = String(lines[2])
    }

    deinit {
        // The server ends with its input.
        try? input.fileHandleForWriting.close()
    }
}
