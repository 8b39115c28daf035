import Glibc
import POP3

/// Where a password comes from, if not from the command line.
enum PasswordSource {
    case file(String)
    case environment(String)
    /// The terminal, without an echo.
    case prompt

    /// Why there is no password.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        let status: ExitStatus
    }

    private static let fileLimit = Secret.maximumLength

    func read(for user: String) throws(Failure) -> Secret {
        switch self {
        case .file(let path): return try Self.readFile(path)
        case .environment(let name):
            guard let value = unsafe getenv(name) else {
                throw Failure(description: "the environment has no variable \(name)", status: .noInput)
            }
            return Secret(unsafe String(cString: value))
        case .prompt: return try Self.ask("Password for \(user): ")
        }
    }

    /// The first line of a file, without its end.
    private static func readFile(_ path: String) throws(Failure) -> Secret {
        let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw Failure(description: "cannot read the password file \(path): \(reason)", status: .noInput)
        }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes = [UInt8](repeating: 0, count: fileLimit)
        var count = 0
        while count < bytes.count, !bytes[..<count].contains(0x0A) {
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress.map { unsafe $0 + count }, $0.count - count)
            }
            guard got > 0 else { break }
            count += got
        }
        let line = bytes[..<count].prefix { $0 != 0x0A && $0 != 0x0D }
        guard !line.isEmpty else {
            throw Failure(description: "the password file \(path) begins with an empty line", status: .badData)
        }
        var password = Array(line)
        for index in bytes.indices { bytes[index] = 0 }
        return Secret(wiping: &password)
    }

    private static func ask(_ question: String) throws(Failure) -> Secret {
        guard let text = unsafe getpass(question) else {
            throw Failure(
                description: "no terminal to ask for the password; use --password-file or --password-env",
                status: .usage)
        }
        defer { unsafe memset(text, 0, strlen(text)) }
        return Secret(unsafe String(cString: text))
    }
}
