/// Where a maildrop is, and how the way there is protected.
public struct POP3Endpoint: Sendable, Hashable {
    public enum Security: Sendable, Hashable {
        /// TLS from the first byte, on a port of its own (RFC 8314 §3.3).
        case implicitTLS
        /// STLS before anything secret; without it the connection fails (RFC 2595 §4).
        case startTLSRequired
        /// STLS if the server offers it. Somebody between can take the offer away, so this protects against listening
        /// only.
        case startTLSPreferred
        /// No TLS.
        case plaintext
    }

    public var host: String
    public var port: Int
    public var security: Security

    public init(host: String, port: Int, security: Security) {
        self.host = host
        self.port = port
        self.security = security
    }

    /// A server with implicit TLS, the recommended way.
    public static func pops(_ host: String, port: Int = 995) -> POP3Endpoint {
        POP3Endpoint(host: host, port: port, security: .implicitTLS)
    }

    /// A server that is asked for TLS by STLS unless `security` says otherwise.
    public static func pop(
        _ host: String, port: Int = 110, security: Security = .startTLSRequired
    ) -> POP3Endpoint {
        POP3Endpoint(host: host, port: port, security: security)
    }
}

extension POP3Endpoint: CustomStringConvertible {
    public var description: String {
        let shownHost = host.contains(":") ? "[\(host)]" : host
        return "\(security == .implicitTLS ? "pops" : "pop")://\(shownHost):\(port)"
    }
}
