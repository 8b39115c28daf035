package import MessageBuffers

/// The first line of a response (RFC 1939 §3), or a challenge within AUTH (RFC 5034 §4).
package struct StatusLine: Sendable {
    package enum Indicator: Sendable, Hashable {
        case ok
        case error
        /// `+` and a base64 challenge.
        case challenge
    }

    package let indicator: Indicator
    /// What follows the indicator and one space, without the line end.
    package let text: MessageBytes

    package var isOK: Bool { indicator == .ok }

    /// Whether the text begins with a digit, after any spaces.
    package var hasNumber: Bool {
        text.first { !ListingReply.isSpace($0) }.map { (0x30...0x39).contains($0) } ?? false
    }

    /// Reads a line without its end; nil if it is no status line.
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

    /// Whether `line` begins as a status line does: with `+OK` or `-ERR`, in any case, whatever follows.
    package static func begins(_ line: MessageBytes) -> Bool {
        guard !line.isEmpty, line[0] == UInt8(ascii: "+") || line[0] == UInt8(ascii: "-") else { return false }
        return hasPrefix(line, "+OK") || hasPrefix(line, "-ERR")
    }

    /// Whether the line is `prefix` in any case, alone or followed by something that ends the word.
    private static func has(_ line: MessageBytes, prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        return hasPrefix(line, prefix) && (line.count == count || line[count] <= 0x20)
    }

    @inline(__always)
    private static func hasPrefix(_ line: MessageBytes, _ prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        guard line.count >= count else { return false }
        for index in 0..<count {
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

    /// The extended response code in brackets (RFC 2449 §8, RFC 3206), split at slashes: `["SYS", "TEMP"]`.
    package var responseCode: ResponseCode? { ResponseCode(text) }
}

/// An extended response code: what `[SYS/TEMP]` says (RFC 2449 §8, RFC 3206).
public struct ResponseCode: Sendable, Hashable, CustomStringConvertible {
    /// Upper case, with its levels separated by slashes, without the brackets.
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

    /// The maildrop is locked by another session.
    public static let inUse = ResponseCode("IN-USE")
    /// The server wants more time between logins.
    public static let loginDelay = ResponseCode("LOGIN-DELAY")
    /// The server's trouble will pass.
    public static let systemTemporary = ResponseCode("SYS/TEMP")
    /// The server's trouble needs a person.
    public static let systemPermanent = ResponseCode("SYS/PERM")
    /// The credential is wrong; anything else about it would have been said otherwise.
    public static let authentication = ResponseCode("AUTH")

    /// Whether the same command can succeed later without a change (RFC 3206 §4, RFC 2449 §8.1).
    public var isTemporary: Bool {
        self == .inUse || self == .loginDelay || self == .systemTemporary || description.hasPrefix("SYS/TEMP/")
    }
}
