/// One line for the server during login, CRLF included, and what may be shown of it.
package struct AuthenticationLine: Sendable, Equatable {
    /// RFC 2449 §4: a command with its CRLF.
    package static let maximumLength = 255

    /// To be sent as they are, and wiped after.
    package var bytes: [UInt8]
    /// For transcripts and errors: without a secret, without CRLF.
    package let transcript: String

    init(_ text: [UInt8], transcript: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count + 2)
        bytes += text
        bytes += [0x0D, 0x0A]
        self.bytes = bytes
        self.transcript = transcript
    }

    /// RFC 5034 §4: a lone `*` cancels the exchange.
    static let cancellation = AuthenticationLine([UInt8(ascii: "*")], transcript: "*")

    var fits: Bool { bytes.count <= Self.maximumLength }
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
