/// One run of a SASL mechanism (RFC 4422): answers challenges, and says whether the server's success counts. No I/O.
///
/// Challenges and responses are the bytes themselves; ``AuthenticationExchange`` puts them into base64 and lines.
package protocol SASLMechanism: Sendable {
    var method: AuthenticationMethod { get }

    /// What the client says first, or nil where the server begins. Asked for once, before anything else.
    mutating func initialResponse() throws(AuthenticationError) -> [UInt8]?

    /// The answer to the server's next challenge.
    ///
    /// - Throws: where the challenge is malformed or unexpected; the exchange then has to be cancelled.
    mutating func respond(to challenge: [UInt8]) throws(AuthenticationError) -> [UInt8]

    /// Whether the client has said and checked everything, so that the server's `+OK` can be true.
    var isComplete: Bool { get }

    /// Takes data that came with the server's `+OK`, which POP3 has no place for but some servers send.
    mutating func acceptAdditionalData(_ data: [UInt8]) throws(AuthenticationError)

    /// What made the server refuse, where the mechanism itself carries the reason.
    var rejection: AuthenticationError? { get }

    /// Oddities that were met and accepted.
    var quirks: [AuthenticationQuirk] { get }
}

extension SASLMechanism {
    package mutating func acceptAdditionalData(_ data: [UInt8]) throws(AuthenticationError) {
        throw .serverNotVerified(method)
    }
    package var rejection: AuthenticationError? { nil }
    package var quirks: [AuthenticationQuirk] { [] }

    func malformed(_ reason: String) -> AuthenticationError {
        .malformedChallenge(method, reason: reason)
    }
}

/// Something a server did during login that the standards do not provide for, and that was lived with.
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
