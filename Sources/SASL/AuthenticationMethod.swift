/// A way to log in: a SASL mechanism by its registered name, or one of POP3's own commands.
public enum AuthenticationMethod: String, Sendable, CaseIterable {
    case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
    case scramSHA256 = "SCRAM-SHA-256"
    case scramSHA1 = "SCRAM-SHA-1"
    case cramMD5 = "CRAM-MD5"
    case oauthBearer = "OAUTHBEARER"
    case xoauth2 = "XOAUTH2"
    case external = "EXTERNAL"
    case plain = "PLAIN"
    case login = "LOGIN"
    /// The commands USER and PASS (RFC 1939 §7).
    case user = "USER"
    /// The command APOP (RFC 1939 §7).
    case apop = "APOP"

    /// The method of that name in any case, or nil.
    public init?(name: String) {
        self.init(rawValue: name.uppercased())
    }

    /// Whether the method is run by the AUTH command.
    package var isSASL: Bool { self != .user && self != .apop }

    /// Whether somebody who only listens learns enough to log in, or to find a weak password at little cost.
    var needsProtectedConnection: Bool {
        switch self {
        case .scramSHA256Plus, .scramSHA256, .scramSHA1: false
        case .cramMD5, .oauthBearer, .xoauth2, .external, .plain, .login, .user, .apop: true
        }
    }
}

extension AuthenticationMethod: CustomStringConvertible {
    public var description: String { rawValue }
}
