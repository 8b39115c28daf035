internal import ByteCoding
import POP3

/// What a command calls the options that an error of a session can be about.
struct OptionNames {
    let connectTimeout: String
    let tlsTimeout: String
    let timeout: String
    let minimumRate: String?
    let maxMessageSize: String?
    let acceptBareLineFeeds: String?
    let caFile: String
    let clientCertificate: String?
    /// How TLS from the start is asked for, and how it is not.
    let implicitTLS: String
    let plaintext: String

    static let fetch = OptionNames(
        connectTimeout: "--connect-timeout", tlsTimeout: "--tls-timeout", timeout: "--timeout",
        minimumRate: "--minimum-rate", maxMessageSize: "--max-message-size",
        acceptBareLineFeeds: "--accept-bare-line-feeds", caFile: "--ca-file",
        clientCertificate: "--client-cert and --client-key", implicitTLS: "pops://", plaintext: "pop://")

    static let pop = OptionNames(
        connectTimeout: "--timeout", tlsTimeout: "--timeout", timeout: "--timeout", minimumRate: nil,
        maxMessageSize: nil, acceptBareLineFeeds: nil, caFile: "--ca-file", clientCertificate: nil,
        implicitTLS: "--tls", plaintext: "--no-tls")
}

extension POP3Error {
    /// What to change on the command line; nil where no option would help.
    func advice(_ options: OptionNames, _ endpoint: POP3Endpoint) -> String? {
        switch reason {
        case .transport(let error): Self.advice(error, options, endpoint)
        case .messageTooLarge: options.maxMessageSize.map { "\($0) sets the limit" }
        case .bareLineFeed: options.acceptBareLineFeeds.map { "\($0) takes them" }
        default: nil
        }
    }

    private static func advice(
        _ error: TransportError, _ options: OptionNames, _ endpoint: POP3Endpoint
    ) -> String? {
        switch error {
        case .timedOut(.connecting, _): "\(options.connectTimeout) sets the limit"
        case .timedOut(.tlsHandshake, _): "\(options.tlsTimeout) sets the limit"
        case .timedOut(.greeting, _) where endpoint.security != .implicitTLS:
            "\(options.timeout) sets the limit; if the port speaks TLS from the start, write \(options.implicitTLS)"
        case .timedOut: "\(options.timeout) sets the limit"
        case .tooSlow: options.minimumRate.map { "\($0) sets the limit" }
        case .speaksTLS: "write \(options.implicitTLS)"
        case .notTLS where endpoint.security == .implicitTLS:
            "write \(options.plaintext) for a port that begins in plain text"
        case .certificateRejected(.unknownIssuer), .certificateRejected(.selfSigned):
            "\(options.caFile) names certificates to trust"
        case .tlsAlert(TLSAlert(code: 116)): options.clientCertificate.map { "\($0) show one" }
        default: nil
        }
    }

    /// Whether the mistake was made on this side, before the server had a part in it.
    var isLocal: Bool {
        switch reason {
        case .invalidArgument, .wrongState, .busy, .transport(.badConfiguration), .authentication(.invalidCredential):
            true
        default: false
        }
    }

    /// The error as a command says it: whose maildrop, on which server, what went wrong, and what to change.
    func complaint(_ user: String, _ endpoint: POP3Endpoint, _ options: OptionNames) -> String {
        if isLocal { return summary }
        let advice = advice(options, endpoint).map { " (\($0))" } ?? ""
        return "\(EscapedText(user)) at \(endpoint): \(summary)\(advice)"
    }
}
