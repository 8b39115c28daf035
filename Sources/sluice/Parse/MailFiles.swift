import Glibc
import MIME
internal import MailStores
internal import SystemPackage

/// Why messages could not be read from a path.
struct MailFileError: Error, CustomStringConvertible {
    let description: String
    let status: ExitStatus
}

extension MailFileError {
    init(_ error: SinkError) {
        if case .system(let operation, let path, let reason) = error {
            self.init(description: "cannot \(operation.rawValue) \(path): \(reason)", status: .noInput)
        } else {
            self.init(description: "\(error)", status: .noInput)
        }
    }
}

/// The messages that a path leads to: a file, an mbox file, a Maildir, a folder in any depth, or standard input.
struct MailFiles {
    private let path: String

    init(_ path: String) {
        self.path = path
    }

    /// Calls `body` with each message and where it came from, in order of names.
    func read(_ body: (String, MessageBytes) -> Void) throws(MailFileError) {
        do throws(SinkError) {
            guard path != "-" else { return body("-", MessageBytes(try Self.standardInput())) }
            var walk = MailFileWalk(path)
            while let entry = try walk.next() { try Self.readFile(entry, body) }
        } catch {
            throw MailFileError(error)
        }
    }

    private static func readFile(
        _ entry: MailFileWalk.Entry, _ body: (String, MessageBytes) -> Void
    ) throws(SinkError) {
        let path = entry.path
        let file = try File(path: path, flags: O_RDONLY)
        guard try !isMbox(file, entry) else {
            var reader = MboxReader(file)
            var number = 0
            while let message = try reader.nextMessage() {
                number += 1
                body("\(path):\(number)", message.bytes)
            }
            return
        }
        // The file may have grown since its directory was read.
        var bytes = try file.read(entry.size, at: 0)
        while true {
            let more = try file.read(1 << 20, at: bytes.count)
            guard !more.isEmpty else { break }
            bytes += more
        }
        body(path, MessageBytes(bytes))
    }

    /// Whether the file is an mbox: by its name, or by its first line. A file that is one message by its name or place
    /// may begin with such a line as well, which the program that stored it has added.
    private static func isMbox(_ file: File, _ entry: MailFileWalk.Entry) throws(SinkError) -> Bool {
        if entry.path.hasSuffix(".mbox") { return true }
        guard !entry.isInMaildir, !entry.path.hasSuffix(".eml"), !entry.path.hasSuffix(".msg") else { return false }
        let start = try file.read(MboxSeparator.maximumLength, at: 0)
        return MboxSeparator(line: start.prefix { $0 != 0x0A }) != nil
    }

    private static func standardInput() throws(SinkError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe Glibc.read(STDIN_FILENO, &chunk, chunk.count)
            guard count >= 0 else { throw .system(.read, path: "standard input", .current) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }
}
