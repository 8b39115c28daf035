/// One run of a SASL mechanism (RFC 4422): answers challenges, and decides whether the server's success counts. No I/O.
///
/// Challenges and responses are the bytes themselves; the session encodes them in base64 and sends them by AUTH
/// (RFC 5034). Responses are overwritten after they were sent. A mechanism of one's own logs in by
/// ``POP3Credential/mechanism(_:user:make:)``.
public protocol SASLMechanism: Sendable {
    /// The name that is sent with AUTH.
    var method: AuthenticationMethod { get }

    /// What the client says first, or nil where the server begins. Asked for once, before anything else.
    mutating func initialResponse() throws(AuthenticationError) -> [UInt8]?

    /// The answer to the server's next challenge.
    ///
    /// - Throws: where the challenge is malformed or unexpected; the exchange then has to be cancelled.
    mutating func respond(to challenge: [UInt8]) throws(AuthenticationError) -> [UInt8]

    /// Whether the client has sent and checked everything, so that the server's `+OK` can be true.
    var isComplete: Bool { get }

    /// Takes data that came with the server's `+OK`, which POP3 has no place for but some servers send.
    mutating func acceptAdditionalData(_ data: [UInt8]) throws(AuthenticationError)

    /// What made the server refuse, where the mechanism itself carries the reason.
    var rejection: AuthenticationError? { get }

    /// Departures from the standards that were met and tolerated.
    var quirks: [AuthenticationQuirk] { get }
}

extension SASLMechanism {
    /// Refuses the data: a mechanism that expects none is not complete with it.
    ///
    /// - Throws: ``AuthenticationError/serverNotVerified(_:)``, always.
    public mutating func acceptAdditionalData(_ data: [UInt8]) throws(AuthenticationError) {
        throw .serverNotVerified(method)
    }
    public var rejection: AuthenticationError? { nil }
    public var quirks: [AuthenticationQuirk] { [] }

    func malformed(_ reason: String) -> AuthenticationError {
        .malformedChallenge(method, reason: reason)
    }
}

/// What a mechanism may need to know of the connection.
public struct SASLContext: Sendable {
    /// The channel binding `tls-exporter` (RFC 9266); nil without TLS 1.3.
    public let channelBinding: [UInt8]?
    /// The host that the client wanted to connect to.
    public let host: String?
    /// Its port.
    public let port: UInt16?
}

/// Something that a server did during login that the standards do not provide for, and that was tolerated.
public enum AuthenticationQuirk: Sendable, Hashable {
    /// `+OK` where a challenge (`+`) was due.
    case successInsteadOfChallenge
    /// Text in the challenge that invites the initial response, which should be empty (RFC 5034 §4).
    case textInInitialChallenge
    /// Data with the final `+OK`.
    case dataWithSuccess
    /// Fewer SCRAM iterations than ``AuthenticationPolicy/recommendedIterationCount``.
    case lowIterationCount(Int)
}
