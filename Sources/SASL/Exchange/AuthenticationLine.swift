/// One line for the server during login, CRLF included, and what may be shown of it.
package struct AuthenticationLine: Sendable, Equatable {
    /// RFC 2449 §4: a command with its CRLF.
    package static let maximumLength = 255

    /// The line as it is sent; its memory is overwritten when the last copy of the line goes.
    private let content: Secret
    /// For transcripts and errors: without a secret, without CRLF.
    package let transcript: String

    /// Makes a line of `parts`, one after the other.
    init(_ parts: [UInt8]..., transcript: String) {
        var bytes: [UInt8] = []
        // Room for all of it at once: growth would leave copies of a secret in freed memory.
        bytes.reserveCapacity(parts.reduce(2) { $0 + $1.count })
        for part in parts { bytes += part }
        bytes += [0x0D, 0x0A]
        content = Secret(wiping: &bytes)
        self.transcript = transcript
    }

    /// A copy of the line's bytes with its CRLF; the caller wipes it.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count)
        bytes.append(content)
        return bytes
    }

    /// RFC 5034 §4: a lone `*` cancels the exchange.
    static let cancellation = AuthenticationLine([UInt8(ascii: "*")], transcript: "*")

    var fits: Bool { content.count <= Self.maximumLength }
}

extension AuthenticationLine: CustomStringConvertible, CustomReflectable {
    package var description: String { transcript }
    package var customMirror: Mirror { Mirror(self, children: ["transcript": transcript]) }
}

/// A reply to a login command, as the wire layer reads it.
package enum AuthenticationReply: Sendable, Equatable {
    /// `+`, and what follows after its space.
    case challenge([UInt8])
    /// `+OK`, and what follows after its space.
    case success([UInt8])
    /// `-ERR`: the response code without its brackets, and the text.
    case failure(code: String?, text: [UInt8])
}
