internal import ByteCoding
internal import Digests

/// Why a login failed. No case ever holds a secret. Later versions may add cases.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum AuthenticationError: Error, Sendable, Equatable {
    /// What is wrong with a part of the credential.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum CredentialFault: Sendable, Equatable {
        case empty
        /// CR, LF, NUL or another control character; in a token anything but visible ASCII; in an APOP name a space.
        case forbiddenCharacter
        /// The command would pass 255 bytes (RFC 2449 §4), or the value ``Secret/maximumLength``.
        case tooLong
        /// The mechanism cannot open a maildrop other than the user's own.
        case cannotActForAnother
    }

    /// Refused before anything was sent.
    case invalidCredential(CredentialField, CredentialFault)
    /// Nothing that the server offers fits the credential and the policy. Mechanisms are named as in CAPA.
    case noAcceptableMechanism(offered: [String])
    /// The connection is not encrypted and the remaining methods would show the secret on the wire.
    case plaintextRefused(offered: [String])
    /// The greeting has no timestamp, or none that is a strict msg-id (RFC 1939 §7, CVE-2007-1558).
    case apopTimestampInvalid
    /// The server's challenge breaks the mechanism's grammar.
    case malformedChallenge(AuthenticationMethod, reason: String)
    /// SCRAM: the iteration count lies outside ``AuthenticationPolicy/iterationCounts``.
    case iterationCountOutOfRange(Int)
    /// SCRAM: the server did not keep the client's nonce, so its answer belongs to another exchange.
    case nonceChanged
    /// The server could not prove that it knows the password, or claimed success without a proof.
    case serverNotVerified(AuthenticationMethod)
    /// SCRAM: the server ended the exchange with this error value (RFC 5802 §7), escaped.
    case serverError(AuthenticationMethod, value: String)
    /// The server refused the token. `status` is its JSON answer, as sent (RFC 7628 §3.2.2); empty where it gave none.
    case tokenRejected(status: String)
    /// The token callback threw this.
    case tokenUnavailable(reason: String)
    /// `-ERR`: response code (RFC 2449 §8, RFC 3206) and text, escaped. ``isTemporary`` says whether to try again.
    case rejected(AuthenticationMethod, code: String?, text: String)
    /// A mechanism of the caller's own failed.
    case mechanismFailed(AuthenticationMethod, reason: String)
    /// OpenSSL does not provide an algorithm, as MD5 in FIPS mode.
    case algorithmUnavailable(String)

    /// Whether the same login may succeed later: only what the server marked so (RFC 2449 §8.1, RFC 3206 §4).
    public var isTemporary: Bool {
        guard case .rejected(_, let code?, _) = self else { return false }
        return ["IN-USE", "LOGIN-DELAY", "SYS/TEMP"].contains(code.uppercased())
    }
}

extension AuthenticationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidCredential(let field, .empty): "the \(field.rawValue) is empty"
        case .invalidCredential(let field, .forbiddenCharacter):
            "the \(field.rawValue) holds a character that must not be sent; nothing was sent"
        case .invalidCredential(let field, .tooLong):
            "the \(field.rawValue) is too long for the command (255 bytes); nothing was sent"
        case .invalidCredential(let field, .cannotActForAnother):
            "the mechanism cannot carry an \(field.rawValue); use PLAIN or SCRAM"
        case .noAcceptableMechanism(let offered):
            "no acceptable login method; the server offers: \(Self.list(offered))"
        case .plaintextRefused(let offered):
            "the connection is not encrypted and the server offers only methods that would show the secret "
                + "(\(Self.list(offered))); use TLS, or allow plaintext explicitly"
        case .apopTimestampInvalid: "the server's greeting holds no valid APOP timestamp; use another login method"
        case .malformedChallenge(let method, let reason): "\(method): malformed challenge: \(reason)"
        case .iterationCountOutOfRange(let count): "the server asks for \(count) SCRAM iterations, outside the limits"
        case .nonceChanged: "the server changed the SCRAM nonce; the connection may be tampered with"
        case .serverNotVerified(let method):
            "\(method): the server did not prove that it knows the password; it may be an impostor"
        case .serverError(let method, let value): "\(method): the server ended the exchange: \(value)"
        case .tokenRejected(let status): "the server refused the access token: \(EscapedText(status))"
        case .tokenUnavailable(let reason): "no access token: \(EscapedText(reason))"
        case .rejected(let method, let code, let text):
            "\(method): login refused: " + (code.map { "[\(EscapedText($0))] " } ?? "") + text
        case .mechanismFailed(let method, let reason): "\(method): \(reason)"
        case .algorithmUnavailable(let name): "OpenSSL does not provide \(name) here"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "nothing" : names.map { EscapedText($0).description }.joined(separator: " ")
    }
}

/// Reports an algorithm that libcrypto does not provide as ``AuthenticationError/algorithmUnavailable(_:)``.
func fromLibcrypto<Result: ~Copyable>(
    _ body: () throws(DigestError) -> Result
) throws(AuthenticationError) -> Result {
    do throws(DigestError) {
        return try body()
    } catch {
        throw .algorithmUnavailable(error.algorithm)
    }
}
