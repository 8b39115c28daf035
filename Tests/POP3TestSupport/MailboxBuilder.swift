import Foundation

/// Fills a folder with mails, one file each, named so that they sort in the order they were added.
package struct MailboxBuilder {
    /// Mails that have broken clients, small enough for every test.
    package enum Special: String, CaseIterable, Sendable {
        /// NUL bytes in header and body.
        case nulBytes
        case withoutFinalNewline
        /// Lines of one, two and three dots, first and last among them.
        case dotsOnly
        /// `\n.\n` and `\n.\r\n` with a bare LF before the dot: no terminator (RFC 1939 §3).
        case bareLineFeedDots
        /// Carriage returns that end no line.
        case bareCarriageReturns
        /// Every byte from 0x80 to 0xFF, which is not UTF-8.
        case eightBit
        case headerOnly
        case emptyLines
        /// One line of a million octets.
        case longLine

        package var bytes: [UInt8] {
            let head = "Subject: \(rawValue)\r\nMessage-ID: <\(rawValue)@special.example.org>\r\n"
            return switch self {
            case .nulBytes: Array((head + "X-Nul: a\0b\r\n\r\n\0\r\na\0.\r\n\0\0\r\n").utf8)
            case .withoutFinalNewline: Array((head + "\r\nno line end").utf8)
            case .dotsOnly: Array((head + "\r\n.\r\n..\r\n...\r\n.\r\n").utf8)
            case .bareLineFeedDots: Array((head + "\r\na\n.\nb\n.\r\nc\n..\nd\r\n").utf8)
            case .bareCarriageReturns: Array((head + "\r\na\rb\r\r\n\r.\r\r\n").utf8)
            case .eightBit: Array((head + "\r\n").utf8) + Array(UInt8(0x80)...0xFF) + Array("\r\n".utf8)
            case .headerOnly: Array(head.utf8)
            case .emptyLines: Array((head + "\r\n\r\n\r\n.\r\n\r\n").utf8)
            case .longLine: Array((head + "\r\n" + String(repeating: "0123456789", count: 100_000) + "\r\n").utf8)
            }
        }
    }

    package let folder: String
    /// How many mails there are so far.
    package private(set) var count = 0

    /// - Parameter folder: Exists and is empty.
    package init(in folder: String) {
        self.folder = folder
    }

    package mutating func add(_ mail: some Sequence<UInt8>) throws {
        try Data(mail).write(to: URL(filePath: nextPath()))
    }

    package mutating func add(_ specials: [Special] = Special.allCases) throws {
        for special in specials { try add(special.bytes) }
    }

    /// Mails made by a closure from their numbers, 0 to `count - 1`.
    package mutating func add(_ count: Int, mail: (Int) -> [UInt8]) throws {
        for number in 0..<count { try add(mail(number)) }
    }

    /// Every .eml and .msg of ../shared/corpora; none where that folder is not there.
    package mutating func addCorpora() throws {
        let corpora = URL(filePath: Script.corpora)
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: corpora.path())) ?? []
        for name in names.sorted() where name.hasSuffix(".eml") || name.hasSuffix(".msg") {
            try FileManager.default.copyItem(at: corpora.appending(path: name), to: URL(filePath: nextPath()))
        }
    }

    /// A mail of at least `size` bytes in lines of 72, each mebibyte of them different, one line in 64 with a dot in
    /// front.
    package mutating func addLarge(size: Int) throws {
        var lines: [UInt8] = []
        while lines.count < 1 << 20 {
            if (lines.count / 74) % 64 == 0 { lines.append(UInt8(ascii: ".")) }
            lines += (0..<72).map { UInt8(ascii: "a") + UInt8(($0 + lines.count / 74) % 26) } + Array("\r\n".utf8)
        }
        try addStreamed(head: "Subject: large\r\n\r\n", size: size) { number in
            Array("block \(number)\r\n".utf8) + lines
        }
    }

    /// A mail whose body is one line of at least `length` octets.
    package mutating func addLongLine(length: Int) throws {
        let piece = Array(String(repeating: "0123456789abcdef", count: 1 << 16).utf8)
        try addStreamed(head: "Subject: long line\r\n\r\n", size: length) { _ in piece }
    }

    private mutating func addStreamed(head: String, size: Int, block: (Int) -> [UInt8]) throws {
        let path = nextPath()
        try Data(head.utf8).write(to: URL(filePath: path))
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        var written = 0
        var number = 0
        while written < size {
            let bytes = block(number)
            try file.write(contentsOf: bytes)
            written += bytes.count
            number += 1
        }
        try file.write(contentsOf: Data("\r\n".utf8))
        try file.close()
    }

    private mutating func nextPath() -> String {
        count += 1
        let digits = String(count)
        return folder + "/" + String(repeating: "0", count: max(0, 7 - digits.count)) + digits + ".eml"
    }
}
