/// A way to log in: a SASL mechanism by its registered name, or one of POP3's own commands.
public struct AuthenticationMethod: RawRepresentable, Sendable, Hashable {
    /// The name in upper case, as in CAPA's SASL line.
    public let rawValue: String

    private init(known name: String) { rawValue = name }

    /// The method of that name, in any case.
    ///
    /// - Returns: nil where the text cannot be the name of a SASL mechanism (RFC 4422 §3.1): 1 to 20 letters, digits,
    ///   hyphens and underscores.
    public init?(rawValue name: String) {
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isName, (1...20).contains(name.utf8.count) else { return nil }
        rawValue = name.uppercased()
    }

    /// The method of that name, in any case, if it is one of ``allCases``; nil otherwise.
    public init?(name: String) {
        guard let method = AuthenticationMethod(rawValue: name), Self.allCases.contains(method) else { return nil }
        self = method
    }

    public static let scramSHA256Plus = AuthenticationMethod(known: "SCRAM-SHA-256-PLUS")
    public static let scramSHA256 = AuthenticationMethod(known: "SCRAM-SHA-256")
    public static let scramSHA1 = AuthenticationMethod(known: "SCRAM-SHA-1")
    public static let cramMD5 = AuthenticationMethod(known: "CRAM-MD5")
    public static let oauthBearer = AuthenticationMethod(known: "OAUTHBEARER")
    public static let xoauth2 = AuthenticationMethod(known: "XOAUTH2")
    public static let external = AuthenticationMethod(known: "EXTERNAL")
    public static let plain = AuthenticationMethod(known: "PLAIN")
    public static let login = AuthenticationMethod(known: "LOGIN")
    /// The commands USER and PASS (RFC 1939 §7).
    public static let user = AuthenticationMethod(known: "USER")
    /// The command APOP (RFC 1939 §7).
    public static let apop = AuthenticationMethod(known: "APOP")

    /// Whether the method is run by the AUTH command.
    package var isSASL: Bool { self != .user && self != .apop }

    /// Whether somebody who only listens learns enough to log in, or to find a weak password at little cost. Of a
    /// mechanism that is not known here that is assumed.
    var needsProtectedConnection: Bool { ![.scramSHA256Plus, .scramSHA256, .scramSHA1].contains(self) }
}

extension AuthenticationMethod: CaseIterable {
    /// The methods that this library implements, the strongest first.
    public static let allCases: [AuthenticationMethod] = [
        .scramSHA256Plus, .scramSHA256, .scramSHA1, .cramMD5, .oauthBearer, .xoauth2, .external, .plain, .login, .user,
        .apop,
    ]
}

extension AuthenticationMethod: CustomStringConvertible {
    public var description: String { rawValue }
}
