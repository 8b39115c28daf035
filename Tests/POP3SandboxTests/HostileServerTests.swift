import BIOTransport
import POP3
import POP3Sandbox
import Testing

@Suite("This project's client against the sandbox's attacks")
struct HostileServerTests {
    /// Opens a session as `security` has it, logs in, and quits.
    private func visit(_ fault: SandboxFault, _ security: POP3Endpoint.Security) async throws -> (
        error: POP3Error?, commands: [String]
    ) {
        var settings = SandboxConfiguration()
        settings.faults = [fault]
        let sandbox = try await POP3Sandbox.start(messages: [Array("A: b\r\n\r\nc\r\n".utf8)], configuration: settings)
        var configuration = POP3Configuration()
        configuration.tls.trustRoots = .pem(sandbox.certificateAuthorityPEM)
        // Only where the server stays silent does the wait end by itself.
        if fault == .stlsSilence { configuration.timeouts.tlsHandshake = .milliseconds(300) }
        if fault == .silentGreeting { configuration.timeouts.greeting = .milliseconds(300) }
        let port = try #require(security == .implicitTLS ? sandbox.tlsPort : sandbox.port)
        let endpoint = POP3Endpoint(host: "localhost", port: port, security: security)
        var failure: POP3Error?
        do throws(POP3Error) {
            let session = try await POP3Session.connect(to: endpoint, configuration: configuration)
            try await session.authenticate(.password(user: "user", secret: Secret("password")))
            try await session.quit()
        } catch {
            failure = error
        }
        await sandbox.stop()
        return (failure, sandbox.commands)
    }

    @Test(
        "it fails before any credential where STLS is tampered with (CVE-2021-22947, CVE-2021-22946)",
        arguments: [
            SandboxFault.stlsInjectionWhole, .stlsInjectionSplit, .stlsMissing, .stlsRefused, .stlsSilence,
            .capaRefused, .silentGreeting, .greetingNotPOP3, .certSelfSigned, .certUnknownRoot, .certWrongHost,
            .certExpired,
            .certNulName,
        ])
    func tamperedSTLS(fault: SandboxFault) async throws {
        let (error, commands) = try await visit(fault, .startTLSRequired)
        #expect(error != nil)
        #expect(!commands.contains { $0.hasPrefix("PASS") || $0.hasPrefix("AUTH") || $0.hasPrefix("APOP") })
    }

    @Test(
        "it says what is wrong with a certificate (RFC 9525)",
        arguments: [
            (SandboxFault.certSelfSigned, CertificateRejection.selfSigned), (.certUnknownRoot, .unknownIssuer),
            (.certWrongHost, .wrongHost(expected: "localhost", names: ["pop.elsewhere.example"])),
            (.certExpired, .expired),
            (.certNulName, .wrongHost(expected: "localhost", names: ["localhost\\x00.attacker.example"])),
        ])
    func certificates(fault: SandboxFault, rejection: CertificateRejection) async throws {
        for security in [POP3Endpoint.Security.implicitTLS, .startTLSRequired] {
            let (error, _) = try await visit(fault, security)
            guard case .transport(.certificateRejected(let found)) = error?.reason else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(found == rejection)
        }
    }
}

@Suite("Slow and cut deliveries over sockets")
struct DeliveryTests {
    @Test(
        "what is cut everywhere arrives whole, plain and over TLS",
        arguments: [Set<SandboxFault>(), [.readCutEveryByte], [.terminatorCut], [.readCutEveryByte, .terminatorCut]])
    func cuts(faults: Set<SandboxFault>) async throws {
        let mails = standardMessages.map { Array(($0 + "\r\n.\r\n").utf8) }
        var settings = SandboxConfiguration()
        settings.faults = faults
        let sandbox = try await POP3Sandbox.start(messages: mails, configuration: settings)
        for security in [POP3Endpoint.Security.implicitTLS, .plaintext] {
            var configuration = POP3Configuration()
            configuration.tls.trustRoots = .pem(sandbox.certificateAuthorityPEM)
            let port = try #require(security == .implicitTLS ? sandbox.tlsPort : sandbox.port)
            let session = try await POP3Session.connect(
                to: POP3Endpoint(host: "localhost", port: port, security: security), configuration: configuration)
            try await session.authenticate(.password(user: "user", secret: Secret("password")))
            for (index, mail) in mails.enumerated() {
                let message = try await session.retrieveMessage(index + 1)
                #expect(unsafe message.withUnsafeBytes { unsafe Array($0) } == mail)
            }
            try await session.quit()
        }
        await sandbox.stop()
    }
}
