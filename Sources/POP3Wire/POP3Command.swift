/// Why a command line cannot be built. Later versions may add cases.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum CommandError: Error, Sendable, Hashable {
    /// An argument holds CR, LF, NUL or another control character, and could start a command of its own (CVE-2025-15367).
    case controlCharacter(keyword: String)
    /// The line with its CRLF has `count` bytes, more than ``POP3Command/lineLimit``.
    case tooLong(keyword: String, count: Int)
    /// The keyword is not 1 to 16 ASCII letters and digits, or an argument is empty or holds a space.
    case malformed(keyword: String)
}

extension CommandError: CustomStringConvertible {
    /// What is wrong, in English.
    public var description: String {
        switch self {
        case .controlCharacter(let keyword): "an argument of \(keyword) holds a control character"
        case .tooLong(let keyword, let count):
            "\(keyword) with its arguments has \(count) bytes, over the \(POP3Command.lineLimit) of RFC 2449"
        case .malformed(let keyword):
            "\(keyword) is not 1 to 16 ASCII letters and digits, or an argument is empty or has a space"
        }
    }
}

/// One command line, checked, and the form of its reply.
public struct POP3Command: Sendable {
    /// The most bytes in a command line, with its CRLF (RFC 2449 §4).
    public static let lineLimit = 255

    /// The keyword as it was given.
    public let keyword: String
    /// The form of the reply: what ``ResponseScanner/expect(_:size:)`` is told when the command is sent.
    public let kind: ResponseKind
    /// The whole line with its CRLF, as it is sent.
    public let bytes: [UInt8]
    /// The line without its CRLF, for logs and errors. It shows every argument, a password too.
    public let text: String

    /// Checks and builds a command.
    ///
    /// - Parameters:
    ///   - keyword: 1 to 16 ASCII letters and digits.
    ///   - arguments: follow the keyword, each after one space. None may be empty or hold a space or a control character.
    ///     Bytes over 0x7F are sent as they are, for servers with UTF8 (RFC 6856).
    ///   - kind: the form of the reply.
    /// - Throws: ``CommandError`` if the line would not be one command of these arguments, or be too long. Complexity: O(n).
    public init(
        _ keyword: String, _ arguments: [String] = [], reply kind: ResponseKind
    ) throws(CommandError) {
        guard (1...16).contains(keyword.utf8.count), keyword.utf8.allSatisfy(Self.isKeywordByte) else {
            throw .malformed(keyword: keyword.debugDescription)
        }
        var line = Array(keyword.utf8)
        for argument in arguments {
            guard argument.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw .controlCharacter(keyword: keyword)
            }
            guard !argument.isEmpty, !argument.utf8.contains(0x20) else {
                throw .malformed(keyword: keyword)
            }
            line.append(0x20)
            line.append(contentsOf: argument.utf8)
        }
        line.append(0x0D)
        line.append(0x0A)
        guard line.count <= Self.lineLimit else { throw .tooLong(keyword: keyword, count: line.count) }
        self.keyword = keyword
        self.kind = kind
        bytes = line
        text = ([keyword] + arguments).joined(separator: " ")
    }

    private static func isKeywordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}

extension POP3Command {
    /// Appends a command of a keyword and a number to a buffer of bytes to send. Digits need no check, and no String is
    /// made.
    package static func write(_ keyword: StaticString, _ number: Int, into line: inout [UInt8]) {
        // The keyword is a constant of the program, and its code units are read within their count.
        unsafe line.append(contentsOf: UnsafeBufferPointer(start: keyword.utf8Start, count: keyword.utf8CodeUnitCount))
        line.append(0x20)
        appendDecimal(number, to: &line)
        line.append(0x0D)
        line.append(0x0A)
    }

    private static func appendDecimal(_ number: Int, to line: inout [UInt8]) {
        if number >= 10 { appendDecimal(number / 10, to: &line) }
        line.append(0x30 + UInt8(number % 10))
    }
}
