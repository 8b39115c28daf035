internal import ByteCoding
import CTerminal
internal import Digests
import Glibc
internal import MailStores
import POP3
internal import SystemPackage

/// Where a password comes from, if not from the command line.
enum PasswordSource {
    /// The first line of a file; `-` is standard input.
    case file(String)
    case environment(String)
    /// The terminal, without an echo.
    case prompt

    /// Why there is no password.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        let status: ExitStatus
    }

    /// The most that the terminal hands over as one line is 4,095 bytes (termios(3)).
    private static let promptLimit = 4_096

    func read(for user: String) throws(Failure) -> Secret {
        switch self {
        case .file(let path): return try Self.readFile(path)
        case .environment(let name):
            guard let value = unsafe getenv(name) else {
                throw Failure(description: "the environment has no variable \(name)", status: .noInput)
            }
            // The bytes as they are, in whatever charset the server has the password.
            var bytes = unsafe Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
            return Secret(wiping: &bytes)
        case .prompt: return try Self.ask("Password for \(EscapedText(user)): ")
        }
    }

    // MARK: Files

    private static func readFile(_ path: String) throws(Failure) -> Secret {
        let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        // The longest password with a mark before it and its line's end, and a byte by which a longer one is told.
        var bytes = [UInt8](repeating: 0, count: Secret.maximumLength + byteOrderMark.count + 3)
        defer { bytes.wipe() }
        var count = 0
        while count < bytes.count, !bytes[..<count].contains(0x0A) {
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress.map { unsafe $0 + count }, $0.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw unreadable(path) }
            if got == 0 { break }
            count += got
        }
        var password = try firstLine(of: bytes[..<count], in: path)
        return Secret(wiping: &password)
    }

    private static func unreadable(_ path: String) -> Failure {
        return Failure(description: "cannot read the password file \(path): \(Errno.current)", status: .noInput)
    }

    /// What editors put before UTF-8 and before UTF-16 of either byte order.
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let wideMarks: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF]]

    /// The first line without its end (LF or CR LF), and without a mark of UTF-8 before it.
    private static func firstLine(of bytes: ArraySlice<UInt8>, in path: String) throws(Failure) -> [UInt8] {
        guard !wideMarks.contains(where: { bytes.starts(with: $0) }) else {
            throw Failure(
                description: "the password file \(path) is in UTF-16; save it as plain text or UTF-8", status: .badData)
        }
        var line = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes
        if let end = line.firstIndex(of: 0x0A) {
            line = line[..<end]
            if line.last == 0x0D { line = line.dropLast() }
        }
        guard !line.isEmpty else {
            throw Failure(description: "the password file \(path) begins with an empty line", status: .badData)
        }
        guard line.count <= Secret.maximumLength else {
            throw Failure(
                description: "the first line of the password file \(path) is longer than \(Secret.maximumLength) bytes",
                status: .badData)
        }
        return Array(line)
    }

    // MARK: The terminal

    /// Never standard input: what is there is not meant to be a password, unless `--password-file -` says so.
    private static func ask(_ question: String) throws(Failure) -> Secret {
        var bytes = [UInt8](repeating: 0, count: promptLimit)
        let count = unsafe sluice_read_password(question, &bytes, bytes.count)
        guard count != SLUICE_NO_TERMINAL else {
            throw Failure(
                description: "there is no terminal to ask for the password; "
                    + "use --password-file FILE (- is standard input) or --password-env NAME",
                status: .usage)
        }
        guard count >= 0 else {
            throw Failure(description: "interrupted while asking for the password", status: .usage)
        }
        guard count <= bytes.count else {
            throw Failure(description: "the password is longer than \(bytes.count) bytes", status: .usage)
        }
        bytes.removeSubrange(count...)
        return Secret(wiping: &bytes)
    }
}
