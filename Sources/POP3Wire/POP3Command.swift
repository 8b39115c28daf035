/// Why a command was not sent.
package enum CommandError: Error, Sendable, Hashable {
    /// The argument holds CR, LF, NUL or another control octet, and could start a command of its own (CVE-2025-15367).
    case controlCharacter(keyword: String)
    /// The line with its CRLF is longer than the 255 octets of RFC 2449 §4.
    case tooLong(keyword: String, octets: Int)
    /// A keyword that is not 1 to 16 letters and digits, or an argument with octets that it may not have.
    case malformed(keyword: String)
}

/// One command line, checked, and the shape of its reply.
package struct POP3Command: Sendable {
    /// The longest command line with its CRLF (RFC 2449 §4).
    package static let lineLimit = 255

    package let keyword: String
    package let kind: ResponseKind
    /// The whole line with its CRLF.
    package let bytes: [UInt8]
    /// The command for logs and errors. What logs in goes another way, so there is nothing secret in it.
    package let text: String

    /// Checks and builds a command.
    ///
    /// - Parameter arguments: are set behind the keyword, a space before each; none may hold a space.
    package init(
        _ keyword: String, _ arguments: [String] = [], reply kind: ResponseKind
    ) throws(CommandError) {
        guard (1...16).contains(keyword.utf8.count), keyword.utf8.allSatisfy(Self.isKeywordOctet) else {
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
        guard line.count <= Self.lineLimit else { throw .tooLong(keyword: keyword, octets: line.count) }
        self.keyword = keyword
        self.kind = kind
        bytes = line
        text = ([keyword] + arguments).joined(separator: " ")
    }

    private static func isKeywordOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}

extension POP3Command {
    /// Writes a command of digits alone, which needs no check and no String, into a queue of bytes.
    package static func write(_ keyword: StaticString, _ number: Int, into line: inout [UInt8]) {
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
