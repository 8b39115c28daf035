import POP3Sandbox

@testable import BIOTransport

/// A certificate authority, and the contexts of servers and clients under it.
struct TLSFixture: Sendable {
    let authority: CertificateAuthority

    init() throws { authority = try CertificateAuthority() }

    func server(
        _ request: CertificateRequest = .localServer, versions: Set<TLSConfiguration.Version> = [.tls12, .tls13],
        clientRootsPEM: String? = nil, demandsClientCertificate: Bool = false
    ) throws -> TLSServerContext {
        let identity = try authority.issue(request)
        return try TLSServerContext(
            certificatePEM: identity.certificatePEM, privateKeyPEM: identity.privateKeyPEM,
            clientRootsPEM: clientRootsPEM, demandsClientCertificate: demandsClientCertificate,
            applicationProtocols: ["pop3"], versions: versions)
    }

    func client(_ change: (inout TLSConfiguration) -> Void = { _ in }) throws -> TLSClientContext {
        var configuration = TLSConfiguration(trustRoots: .pem(authority.certificatePEM))
        configuration.applicationProtocols = ["pop3"]
        change(&configuration)
        return try TLSClientContext(configuration)
    }
}

/// What a client knows after a handshake and an echoed line.
struct TLSOutcome: Sendable {
    let info: TLSSessionInfo?
    let channelBinding: [UInt8]?
}

/// Connects to a server on loopback by `host`, starts TLS, and has a line echoed.
func tlsRoundTrip(
    _ client: TLSClientContext, host: String = "localhost", _ port: Int, within limit: TimeLimit = .ample
) async throws -> TLSOutcome {
    try await LoopHost().run { actor in
        let stream = try await BIOStream.connect(to: "127.0.0.1", port: port, on: actor.loop, within: .ample)
        try await stream.startTLS(client, host: host, port: port, .atOnce, within: limit)
        let outcome = TLSOutcome(info: stream.tls, channelBinding: stream.channelBinding())
        guard try await stream.roundTrip("CAPA\r\n") == "CAPA\r\n" else { throw TransportError.closedByPeer }
        stream.close()
        return outcome
    }
}
