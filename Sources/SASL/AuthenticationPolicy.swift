/// What the caller allows for logging in. The defaults are safe on hostile networks.
public struct AuthenticationPolicy: Sendable {
    /// The methods to consider, whether the server advertises them or not; nil considers all that it advertises.
    public var methods: Set<AuthenticationMethod>?

    /// Lets methods that a listener could profit from run without TLS to hosts other than loopback.
    public var allowsPlaintext: Bool

    /// The SCRAM iteration counts to accept. The upper bound keeps a hostile server from binding the processor: a
    /// million take some tenths of a second. Below ``recommendedIterationCount`` the exchange goes on and a quirk is
    /// recorded.
    public var iterationCounts: ClosedRange<Int>

    /// What RFC 5802 §5.1 and RFC 7677 §4 ask servers for.
    public static let recommendedIterationCount = 4096
    public static let defaultIterationCounts = 1...1_000_000

    public init(
        methods: Set<AuthenticationMethod>? = nil, allowsPlaintext: Bool = false,
        iterationCounts: ClosedRange<Int> = defaultIterationCounts
    ) {
        self.methods = methods
        self.allowsPlaintext = allowsPlaintext
        self.iterationCounts = iterationCounts
    }
}

/// What the server says it can do, as far as logging in goes.
package struct AuthenticationOffer: Sendable {
    /// The arguments of CAPA's SASL line; empty where there is none.
    package var mechanisms: [String]
    /// Whether CAPA names USER, or the server has no CAPA. USER and PASS are tried last in any case: RFC 1939 needs no
    /// capability for them.
    package var acceptsUser: Bool
    /// The text of the greeting, in which APOP's timestamp is looked for.
    package var greeting: [UInt8]
    /// Where OAUTHBEARER says the client wanted to connect to (RFC 7628 §3.1).
    package var host: String?
    package var port: UInt16?

    package init(
        mechanisms: [String], acceptsUser: Bool, greeting: [UInt8] = [], host: String? = nil, port: UInt16? = nil
    ) {
        self.mechanisms = mechanisms
        self.acceptsUser = acceptsUser
        self.greeting = greeting
        self.host = host
        self.port = port
    }

    package var names: [String] { mechanisms + (acceptsUser ? [AuthenticationMethod.user.rawValue] : []) }

    func has(_ method: AuthenticationMethod) -> Bool {
        switch method {
        case .user, .apop: true
        default: mechanisms.contains { $0.uppercased() == method.rawValue }
        }
    }
}

/// How the connection is protected.
package enum ConnectionProtection: Sendable {
    /// TLS. `exporter` is the channel binding `tls-exporter` (RFC 9266); nil where the session has none: TLS 1.2
    /// without the extended master secret.
    case tls(exporter: [UInt8]?)
    /// No TLS, to a loopback address.
    case loopback
    case plaintext

    var isProtected: Bool {
        if case .plaintext = self { false } else { true }
    }

    var exporter: [UInt8]? {
        if case .tls(let exporter) = self { exporter } else { nil }
    }
}

extension AuthenticationPolicy {
    /// The methods that may be used, strongest first.
    ///
    /// - Throws: ``AuthenticationError/plaintextRefused(offered:)`` where only the missing encryption stands in the
    ///   way, ``AuthenticationError/noAcceptableMechanism(offered:)`` otherwise.
    package func candidates(
        for credential: POP3Credential, offer: AuthenticationOffer, over protection: ConnectionProtection
    ) throws(AuthenticationError) -> [AuthenticationMethod] {
        let usable = credential.methodsByStrength.filter { method in
            guard methods?.contains(method) ?? offer.has(method) else { return false }
            return method != .scramSHA256Plus || protection.exporter != nil
        }
        guard !usable.isEmpty else { throw .noAcceptableMechanism(offered: offer.names) }
        let safe = usable.filter { allowsPlaintext || protection.isProtected || !$0.needsProtectedConnection }
        guard !safe.isEmpty else { throw .plaintextRefused(offered: offer.names) }
        return safe
    }
}

extension POP3Credential {
    /// The methods that can carry this credential, strongest first.
    var methodsByStrength: [AuthenticationMethod] {
        switch proof {
        case .password(_, _, nil): [.scramSHA256Plus, .scramSHA256, .scramSHA1, .cramMD5, .plain, .login, .user]
        case .password: [.scramSHA256Plus, .scramSHA256, .scramSHA1, .plain]
        case .oauth: [.oauthBearer, .xoauth2]
        case .external: [.external]
        case .apop: [.apop]
        case .mechanism(let method, _, _): [method]
        }
    }
}
