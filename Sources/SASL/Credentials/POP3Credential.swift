internal import ByteCoding

/// Who logs in, and by what proof.
///
/// The mechanism is chosen from what the server offers (see ``AuthenticationPolicy``); a credential only says what
/// there is to prove with. Nothing of it is sent before it has been checked for control characters.
public struct POP3Credential: Sendable {
    package enum Proof: Sendable {
        case password(user: String, secret: Secret, actingAs: String?)
        case oauth(user: String, token: OAuthTokenProvider)
        case external(actingAs: String?)
        case apop(user: String, secret: Secret)
        case mechanism(AuthenticationMethod, user: String?, make: SASLMechanismFactory)
    }

    package let proof: Proof

    /// The name of the user who logs in; nil where the client certificate says who that is.
    public var user: String? {
        switch proof {
        case .password(let user, _, _), .oauth(let user, _), .apop(let user, _): user
        case .external: nil
        case .mechanism(_, let user, _): user
        }
    }

    /// A user name and password, by the strongest mechanism that both sides know: SCRAM, CRAM-MD5, PLAIN, LOGIN or
    /// USER/PASS.
    ///
    /// - Parameters:
    ///   - user: the user's name.
    ///   - secret: the password.
    ///   - actingAs: the maildrop to open with the user's rights, where it is not the user's own. Only SASL PLAIN and
    ///     SCRAM can say this.
    public static func password(user: String, secret: Secret, actingAs: String? = nil) -> POP3Credential {
        POP3Credential(proof: .password(user: user, secret: secret, actingAs: actingAs))
    }

    /// An OAuth 2 access token, by OAUTHBEARER (RFC 7628) or XOAUTH2.
    ///
    /// - Parameters:
    ///   - user: the user's name.
    ///   - token: called for each login. When the server has refused its token, it is called once more with
    ///     ``OAuthTokenRequest/replacement(serverStatus:)``, so that an expired token can be renewed.
    public static func oauth(user: String, token: @escaping OAuthTokenProvider) -> POP3Credential {
        POP3Credential(proof: .oauth(user: user, token: token))
    }

    /// The identity that TLS has already proved, that is the client certificate (RFC 4422, appendix A).
    ///
    /// - Parameter actingAs: the maildrop to open; nil leaves it to the server to derive one from the certificate.
    public static func external(actingAs: String? = nil) -> POP3Credential {
        POP3Credential(proof: .external(actingAs: actingAs))
    }

    /// A SASL mechanism of the caller's own, where the server offers it.
    ///
    /// - Parameters:
    ///   - method: the mechanism's name; without TLS it is used over loopback only, unless the policy allows plaintext.
    ///   - user: the user's name, for errors and logs.
    ///   - make: called for each login. Its error ends the attempt.
    public static func mechanism(
        _ method: AuthenticationMethod, user: String?, make: @escaping SASLMechanismFactory
    ) -> POP3Credential {
        POP3Credential(proof: .mechanism(method, user: user, make: make))
    }

    /// A user name and password by APOP (RFC 1939 §7), which rests on MD5: only for servers that know nothing better.
    ///
    /// Refused outside TLS and loopback, and where the greeting's timestamp is no strict msg-id (CVE-2007-1558).
    public static func apop(user: String, secret: Secret) -> POP3Credential {
        POP3Credential(proof: .apop(user: user, secret: secret))
    }
}

extension POP3Credential: CustomStringConvertible {
    public var description: String {
        switch proof {
        case .password(let user, _, _): "password of \(EscapedText(user))"
        case .oauth(let user, _): "OAuth token of \(EscapedText(user))"
        case .external(let identity): "client certificate" + (identity.map { " for \(EscapedText($0))" } ?? "")
        case .apop(let user, _): "APOP password of \(EscapedText(user))"
        case .mechanism(let method, let user, _):
            "\(method)" + (user.map { " of \(EscapedText($0))" } ?? "")
        }
    }
}

/// Makes one run of a SASL mechanism.
public typealias SASLMechanismFactory = @Sendable (SASLContext) throws(AuthenticationError) -> any SASLMechanism

/// Gives the access token for a login. Its errors end the attempt as ``AuthenticationError/tokenUnavailable(reason:)``.
public typealias OAuthTokenProvider = @Sendable (OAuthTokenRequest) async throws -> Secret

/// Why a token is asked for.
public enum OAuthTokenRequest: Sendable, Equatable {
    /// A login begins: a token that is kept will do.
    case login
    /// The server refused the last token; a new one is needed. `serverStatus` is its JSON answer (RFC 7628 §3.2.2).
    case replacement(serverStatus: String)
}
