public import ArgumentParser
public import POP3

/// The options of every command that connects to a server.
struct ConnectionOptions: ParsableArguments {
    enum StartTLS: String, ExpressibleByArgument, CaseIterable {
        case required, preferred
    }

    @Option(help: "Whether a pop:// server must encrypt by STLS. (default: required, but for this machine's own)")
    var starttls: StartTLS?

    @Flag(help: "Let a password go unencrypted to a pop:// server that is not on this machine.")
    var allowPlaintext = false

    @Option(
        help: ArgumentHelp(
            "Trust the certificates in this PEM file, roots or not, and no others.", valueName: "file"))
    var caFile: String?

    @Option(help: ArgumentHelp("Show this certificate (PEM, with its chain) to the server.", valueName: "file"))
    var clientCert: String?

    @Option(help: ArgumentHelp("The private key of --client-cert (PEM).", valueName: "file"))
    var clientKey: String?

    @Option(
        help: ArgumentHelp(
            "Accept only this certificate (64 hex digits) or public key (sha256//BASE64). May be given again.",
            valueName: "sha256"))
    var pin: [PinArgument] = []

    @Option(help: ArgumentHelp("The name that the server's certificate must have.", valueName: "name"))
    var serverName: String?

    @Option(help: ArgumentHelp("Log in by this method only, such as SCRAM-SHA-256 or PLAIN.", valueName: "method"))
    var auth: AuthenticationMethod?

    @Option(
        help: ArgumentHelp(
            "Read the password from the first line of a file, without a byte order mark; - is standard input.",
            valueName: "file"))
    var passwordFile: String?

    @Option(help: ArgumentHelp("Read the password from an environment variable.", valueName: "name"))
    var passwordEnv: String?

    @Flag(help: "Send commands one at a time even if the server takes more.")
    var noPipelining = false

    @Flag(help: "Do not ask the server what it can do; some hang up on that.")
    var noCapa = false

    @Option(help: ArgumentHelp("Seconds to connect.", valueName: "s"))
    var connectTimeout: Int = 30

    @Option(help: ArgumentHelp("Seconds for the TLS handshake.", valueName: "s"))
    var tlsTimeout: Int = 30

    @Option(help: ArgumentHelp("Seconds to wait for the greeting and for each reply.", valueName: "s"))
    var timeout: Int = 60

    @Option(help: ArgumentHelp("Bytes a second, over a minute, that the server must send; 0 for none.", valueName: "n"))
    var minimumRate: Int = 1024

    @Option(help: ArgumentHelp("The largest message to take, such as 25M.", valueName: "size"))
    var maxMessageSize = ByteCount(256 << 20)

    @Flag(help: "Accept lines that end with LF alone, from a server known to send them.")
    var acceptBareLineFeeds = false

    @Option(help: "What to log; trace shows the whole protocol, secrets redacted.")
    var logLevel: LogLevel = .warning

    func validate() throws {
        if (clientCert == nil) != (clientKey == nil) {
            throw ValidationError("--client-cert and --client-key go together.")
        }
        if passwordFile != nil, passwordEnv != nil {
            throw ValidationError("Give either --password-file or --password-env.")
        }
        guard connectTimeout > 0, tlsTimeout > 0, timeout > 0, minimumRate >= 0 else {
            throw ValidationError("Timeouts are 1 second or more, and a rate is not negative.")
        }
    }

    var configuration: POP3Configuration {
        var configuration = POP3Configuration(
            caFile: caFile, serverName: serverName, allowsPlaintext: allowPlaintext)
        configuration.tls.pins = Set(pin.map(\.pin))
        if let clientCert, let clientKey {
            configuration.tls.clientCertificate = .init(certificateFile: clientCert, keyFile: clientKey)
        }
        configuration.timeouts.connect = .seconds(connectTimeout)
        configuration.timeouts.tlsHandshake = .seconds(tlsTimeout)
        configuration.timeouts.setSilence(.seconds(timeout))
        configuration.timeouts.minimumRate = minimumRate
        configuration.limits.messageSize = maxMessageSize.bytes
        configuration.pipelining.isEnabled = !noPipelining
        configuration.authentication.methods = auth.map { [$0] }
        configuration.acceptsBareLineFeeds = acceptBareLineFeeds
        configuration.asksForCapabilities = !noCapa
        configuration.logger = .toStandardError(logLevel)
        return configuration
    }

    /// The endpoint of `url` with the options applied.
    func endpoint(_ url: POP3URL) -> POP3Endpoint {
        var endpoint = url.endpoint
        guard endpoint.security != .implicitTLS else { return endpoint }
        endpoint.security =
            switch starttls {
            case .required: .startTLSRequired
            case .preferred: .startTLSPreferred
            case nil where Self.isLoopback(endpoint.host): .plaintext
            case nil: allowPlaintext ? .startTLSPreferred : .startTLSRequired
            }
        return endpoint
    }

    /// Whether nobody but this machine can listen.
    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    /// The credential for `user`, whose password is read or asked for only if there is one to give.
    func credential(user: String) throws(PasswordSource.Failure) -> POP3Credential {
        if auth == .external { return .external(actingAs: user) }
        let source: PasswordSource =
            passwordFile.map { .file($0) } ?? passwordEnv.map { .environment($0) } ?? .prompt
        let secret = try source.read(for: user)
        switch auth {
        case .xoauth2, .oauthBearer: return .oauth(user: user) { _ in secret }
        case .apop: return .apop(user: user, secret: secret)
        default: return .password(user: user, secret: secret)
        }
    }
}

extension AuthenticationMethod: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(name: argument)
    }
}
