package import Glibc

/// Another program, started by a test, with sockets as its standard input and output.
@safe package final class ChildProcess: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let processID: pid_t
    private let input: Int32
    private let output: Int32

    /// Starts a program found on the path, its standard error the test's own.
    ///
    /// - Parameter environment: Laid over the test's environment.
    package init(_ arguments: [String], environment: [String: String] = [:]) throws(Failure) {
        let (childInput, input) = try Self.socketPair()
        let (output, childOutput) = try Self.socketPair()
        self.input = input
        self.output = output
        defer {
            close(childInput)
            close(childOutput)
        }

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, childInput, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, childOutput, 1)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        // A program that ignores SIGPIPE hands that on; its children should not be surprised.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

        // The strings live until posix_spawnp has copied them into the new process.
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var settings = unsafe Self.merged(environment).map { unsafe strdup($0) } + [nil]
        defer {
            for index in unsafe words.indices { unsafe free(words[index]) }
            for index in unsafe settings.indices { unsafe free(settings[index]) }
        }
        var processID = pid_t()
        let result = unsafe posix_spawnp(&processID, arguments[0], &actions, &attributes, &words, &settings)
        self.processID = processID
        guard result == 0 else {
            throw Failure(description: "\(arguments[0]) could not be started: error \(result)")
        }
    }

    deinit {
        close(input)
        close(output)
    }

    /// The next line of the program's output without its line end, or nil at the end.
    package func readLine() -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(output, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// The rest of the program's output.
    package func readToEnd() -> [UInt8] {
        var everything: [UInt8] = []
        while true {
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                unsafe count = max(0, read(output, buffer.baseAddress, buffer.count))
            }
            if chunk.isEmpty { return everything }
            everything += chunk
        }
    }

    /// Ends the program's standard input. The programs in Tests/Scripts take that as the sign to stop.
    package func closeInput() {
        shutdown(input, Int32(SHUT_WR))
    }

    /// Waits for the program's end: its exit status, or the negative number of the signal that ended it.
    package func wait() -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(processID, &status, 0) < 0 {
            guard errno == EINTR else { return .min }
        }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
    }

    /// Runs a program to its end; what it printed and its exit status as `wait` gives it.
    package static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> (status: Int32, output: String) {
        try await aside {
            let process = try ChildProcess(arguments, environment: environment)
            process.closeInput()
            let output = String(decoding: process.readToEnd(), as: UTF8.self)
            return (process.wait(), output)
        }
    }

    /// Two connected ends that no program started at the same time inherits, which pipe(2) alone cannot promise.
    private static func socketPair() throws(Failure) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw Failure(description: "no socket pair: error \(errno)")
        }
        return (ends[0], ends[1])
    }

    private static func merged(_ changes: [String: String]) -> [String] {
        var settings = changes
        var index = 0
        while let entry = unsafe environ[index] {
            let text = unsafe String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                let name = String(text[..<equals])
                if changes[name] == nil { settings[name] = String(text[text.index(after: equals)...]) }
            }
            index += 1
        }
        return settings.map { "\($0)=\($1)" }
    }
}
