import ArgumentParser
import Glibc
internal import MailStores
internal import MessageBuffers
internal import SystemPackage

/// The standard error stream.
enum StandardError {
    /// Whether a person is looking.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    static func write(_ text: String) {
        // A failure of that cannot be reported anywhere.
        try? writeAll(Array(text.utf8).rawSpan, to: STDERR_FILENO)
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
        do throws(Errno) {
            try writeAll(Array(bytes).rawSpan, to: STDOUT_FILENO)
        } catch {
            throw failure(error)
        }
    }

    static func write(_ text: String) throws(ExitCode) {
        try write(text.utf8)
    }

    /// Tells why standard output could not be written, and gives the exit code.
    private static func failure(_ error: Errno) -> ExitCode {
        if error == .brokenPipe {
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        }
        StandardError.complain("cannot write standard output: \(error)")
        return ExitStatus.inputOutput.code
    }

    /// Has the process check at its end that what the C library still held, such as a help text, was written.
    static func checkAtExit() {
        atexit {
            if fflush(nil) != 0 { _exit(StandardOutput.failure(.current).rawValue) }
        }
    }
}
