import ArgumentParser
import Glibc

/// The standard error stream.
enum StandardError {
    /// Whether a person is looking.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    static func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Writes one line, with the command's name before it.
    static func complain(_ text: String) {
        write("sluice: \(text)\n")
    }
}

/// The standard output stream, unbuffered.
enum StandardOutput {
    /// Writes all of `bytes`.
    ///
    /// - Throws: the exit code, after the reason has been told. If the reader has gone, as `head` does, the process ends
    ///   without a word, by SIGPIPE like other commands.
    static func write(_ bytes: some Collection<UInt8>) throws(ExitCode) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(errno) }
            rest = rest.dropFirst(count)
        }
    }

    static func write(_ text: String) throws(ExitCode) {
        try write(text.utf8)
    }

    /// Tells why standard output could not be written, and gives the exit code.
    private static func failure(_ code: Int32) -> ExitCode {
        if code == EPIPE {
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        }
        StandardError.complain("cannot write standard output: \(unsafe String(cString: strerror(code)))")
        return ExitStatus.inputOutput.code
    }

    /// Has the process check at its end that what the C library still held, such as a help text, was written.
    static func checkAtExit() {
        atexit {
            if fflush(nil) != 0 { _exit(StandardOutput.failure(errno).rawValue) }
        }
    }
}
