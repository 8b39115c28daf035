public import MessageBuffers

/// The first line of a reply (RFC 1939 §3), or a challenge within AUTH (RFC 5034 §4).
public struct StatusLine: Sendable {
    /// What a status line begins with.
    public enum Indicator: Sendable, Hashable {
        /// `+OK`, in any case.
        case ok
        /// `-ERR`, in any case.
        case error
        /// `+`, followed by a base64 challenge: only in a reply of kind ``ResponseKind/challenge``.
        case challenge
    }

    /// What the line begins with.
    public let indicator: Indicator
    /// What follows the indicator and one space, without the CRLF. It is the server's text, unescaped: any bytes but CRLF.
    public let text: MessageBytes

    /// Whether the line begins with `+OK`.
    public var isOK: Bool { indicator == .ok }

    /// Whether the text begins with a digit, after any spaces.
    package var hasNumber: Bool {
        text.first { !ListingReply.isSpace($0) }.map { (0x30...0x39).contains($0) } ?? false
    }

    /// Reads a line without its CRLF; nil if it is no status line.
    ///
    /// Only within AUTH is a `+` that is not `+OK` a status.
    package init?(_ line: MessageBytes, allowsChallenge: Bool) {
        if Self.has(line, prefix: "+OK") {
            indicator = .ok
            text = Self.rest(of: line, after: 3)
        } else if Self.has(line, prefix: "-ERR") {
            indicator = .error
            text = Self.rest(of: line, after: 4)
        } else if allowsChallenge, !line.isEmpty, line[0] == UInt8(ascii: "+"), line.count == 1 || line[1] == 0x20 {
            indicator = .challenge
            text = Self.rest(of: line, after: 1)
        } else {
            return nil
        }
    }

    /// Whether `line` begins with `+OK` or `-ERR`, in any case, whatever follows.
    package static func begins(_ line: MessageBytes) -> Bool {
        guard !line.isEmpty, line[0] == UInt8(ascii: "+") || line[0] == UInt8(ascii: "-") else { return false }
        return hasPrefix(line, "+OK") || hasPrefix(line, "-ERR")
    }

    /// Whether the line is `prefix` in any case, alone or followed by a space or a control character.
    private static func has(_ line: MessageBytes, prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        return hasPrefix(line, prefix) && (line.count == count || line[count] <= 0x20)
    }

    @inline(__always)
    private static func hasPrefix(_ line: MessageBytes, _ prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        guard line.count >= count else { return false }
        for index in 0..<count {
            // In bounds: `index` is below the count of the string's code units.
            let expected = unsafe prefix.utf8Start[index]
            let byte = line[index]
            let upper = byte >= 0x61 && byte <= 0x7A ? byte & ~0x20 : byte
            if upper != expected { return false }
        }
        return true
    }

    private static func rest(of line: MessageBytes, after count: Int) -> MessageBytes {
        let start = line.count > count && line[count] == 0x20 ? count + 1 : count
        return line.extracting(start..<line.count)
    }

    /// The extended response code in brackets at the start of the text, nil if there is none. O(n) in the length of the
    /// code, and allocates its text. (RFC 2449 §8, RFC 3206)
    public var responseCode: ResponseCode? { ResponseCode(text) }
}

/// An extended response code: the `SYS/TEMP` of `-ERR [SYS/TEMP] …` (RFC 2449 §8, RFC 3206).
public struct ResponseCode: Sendable, Hashable, CustomStringConvertible {
    /// The code in upper case, its levels separated by slashes, without the brackets.
    public let description: String

    /// Takes the code from the start of a status text.
    package init?(_ text: MessageBytes) {
        guard text.count > 2, text[0] == UInt8(ascii: "[") else { return nil }
        var code: [UInt8] = []
        for index in 1..<text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "]") {
                guard !code.isEmpty else { return nil }
                description = String(decoding: code, as: UTF8.self)
                return
            }
            guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "[") else { return nil }
            code.append(byte >= 0x61 && byte <= 0x7A ? byte & ~0x20 : byte)
        }
        return nil
    }

    /// The code of that name, in any case, without brackets.
    public init(_ name: String) {
        description = name.uppercased()
    }

    /// The maildrop is locked by another session (RFC 2449 §8.1.2).
    public static let inUse = ResponseCode("IN-USE")
    /// The server wants more time between logins (RFC 2449 §8.1.1).
    public static let loginDelay = ResponseCode("LOGIN-DELAY")
    /// The server has a problem that will pass without help (RFC 3206 §4).
    public static let systemTemporary = ResponseCode("SYS/TEMP")
    /// The server has a problem that somebody has to mend (RFC 3206 §4).
    public static let systemPermanent = ResponseCode("SYS/PERM")
    /// The credentials are the reason for the refusal (RFC 3206 §5).
    public static let authentication = ResponseCode("AUTH")

    /// Whether the same command can succeed later without a change (RFC 3206 §4, RFC 2449 §8.1).
    public var isTemporary: Bool {
        self == .inUse || self == .loginDelay || self == .systemTemporary || description.hasPrefix("SYS/TEMP/")
    }
}
