import Glibc
import MIME
internal import MailStores
internal import SystemPackage

/// Why messages could not be read from a path.
struct MailFileError: Error, CustomStringConvertible {
    let description: String
    let status: ExitStatus
}

/// The messages that a path leads to: a file, an mbox file, a Maildir, a folder in any depth, or standard input.
struct MailFiles {
    /// Folders within folders beyond this are left out; links are not followed.
    private static let depthLimit = 64

    private let path: String

    init(_ path: String) {
        self.path = path
    }

    /// Calls `body` with each message and where it came from, in order of names.
    func read(_ body: (String, MessageBytes) -> Void) throws(MailFileError) {
        if path == "-" { return body("-", MessageBytes(try Self.contents(STDIN_FILENO, "standard input"))) }
        var pending: [(path: String, depth: Int)] = [(path, 0)]
        while let (path, depth) = pending.popLast() {
            switch try Self.kind(path) {
            case .file: try Self.readFile(path, body)
            case .folder where depth < Self.depthLimit:
                // Reversed, so that they are taken in order.
                let names = try Self.entries(path).reversed()
                // What is in a Maildir's tmp is not delivered yet.
                let isMaildir = names.contains("cur") && names.contains("new")
                for name in names where !(isMaildir && name == "tmp") { pending.append(("\(path)/\(name)", depth + 1)) }
            case .folder, .other: continue
            }
        }
    }

    private enum Kind {
        case file, folder, other
    }

    private static func kind(_ path: String) throws(MailFileError) -> Kind {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw failure("read", path) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        case S_IFLNK:
            guard unsafe stat(path, &status) == 0 else { throw failure("read", path) }
            return status.st_mode & S_IFMT == S_IFREG ? .file : .other
        default: return .other
        }
    }

    private static func entries(_ path: String) throws(MailFileError) -> [String] {
        guard let folder = unsafe opendir(path) else { throw failure("open", path) }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func readFile(_ path: String, _ body: (String, MessageBytes) -> Void) throws(MailFileError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        let bytes = MessageBytes(try contents(descriptor, path))
        guard path.hasSuffix(".mbox") || bytes.starts(with: "From ".utf8) else { return body(path, bytes) }
        for (index, message) in MboxReader.messages(in: bytes).enumerated() { body("\(path):\(index + 1)", message) }
    }

    private static func contents(_ descriptor: Int32, _ path: String) throws(MailFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    private static func failure(_ what: String, _ path: String) -> MailFileError {
        return MailFileError(description: "cannot \(what) \(path): \(Errno.current)", status: .noInput)
    }
}

/// The messages of an mbox file in the mboxrd form (RFC 4155, with `>From ` quoted by one `>`).
enum MboxReader {
    static func messages(in file: MessageBytes) -> [MessageBytes] {
        var messages: [MessageBytes] = []
        var current: [UInt8] = []
        var isWithin = false
        var isBehindEmptyLine = true
        for line in lines(of: file) {
            if isBehindEmptyLine, line.starts(with: "From ".utf8) {
                if isWithin { messages.append(MessageBytes(withoutSeparator(current))) }
                current.removeAll(keepingCapacity: true)
                isWithin = true
            } else if isWithin {
                let marks = line.prefix { $0 == UInt8(ascii: ">") }.count
                let isQuoted = marks > 0 && line.dropFirst(marks).starts(with: "From ".utf8)
                current += isQuoted ? line.dropFirst() : line
            }
            isBehindEmptyLine = line.elementsEqual([0x0A]) || line.elementsEqual([0x0D, 0x0A])
        }
        if isWithin { messages.append(MessageBytes(withoutSeparator(current))) }
        return messages
    }

    /// The lines with their ends.
    private static func lines(of file: MessageBytes) -> [ArraySlice<UInt8>] {
        let bytes = Array(file)
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
            lines.append(bytes[start..<end])
            start = end
        }
        return lines
    }

    /// The message without the empty line that separates it from the next.
    private static func withoutSeparator(_ message: [UInt8]) -> ArraySlice<UInt8> {
        if message.suffix(4).elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) { return message.dropLast(2) }
        if message.suffix(2).elementsEqual([0x0A, 0x0A]) { return message.dropLast() }
        return message[...]
    }
}
