import COpenSSL
import Digests
import Foundation
import POP3Sandbox
import Synchronization
import Testing

@testable import BIOTransport

@Suite("TLS: versions, names, pins, resumption (RFC 8314, RFC 9525)")
struct TLSTests {
    struct Rejected: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let identity: @Sendable (CertificateAuthority) throws -> SandboxIdentity
        let rejection: CertificateRejection
    }

    private static func request(_ change: (inout CertificateRequest) -> Void) -> CertificateRequest {
        var request = CertificateRequest.localServer
        change(&request)
        return request
    }

    static let rejected = [
        Rejected(
            testDescription: "another host",
            identity: { try $0.issue(request { $0.dnsNames = [Array("pop.example".utf8)] }) },
            rejection: .wrongHost(expected: "localhost", names: ["pop.example", "127.0.0.1", "::1"])),
        Rejected(
            testDescription: "the host as common name only",
            identity: { try $0.issue(request { ($0.dnsNames, $0.addresses) = ([], []) }) },
            rejection: .wrongHost(expected: "localhost", names: [])),
        Rejected(
            testDescription: "NUL in a name",
            identity: { try $0.issue(request { $0.dnsNames = [Array("localhost\0.example".utf8)] }) },
            rejection: .wrongHost(
                expected: "localhost", names: ["localhost\\x00.example", "127.0.0.1", "::1"])),
        Rejected(
            testDescription: "a partial wildcard",
            identity: { try $0.issue(request { $0.dnsNames = [Array("local*".utf8)] }) },
            rejection: .wrongHost(expected: "localhost", names: ["local*", "127.0.0.1", "::1"])),
        Rejected(
            testDescription: "expired", identity: { try $0.issue(request { $0.validity = -7200 ... -3600 }) },
            rejection: .expired),
        Rejected(
            testDescription: "not yet valid", identity: { try $0.issue(request { $0.validity = 3600...7200 }) },
            rejection: .notYetValid),
        Rejected(
            testDescription: "self-signed", identity: { _ in try CertificateAuthority.selfSigned(.localServer) },
            rejection: .selfSigned),
        Rejected(
            testDescription: "unknown issuer", identity: { _ in try CertificateAuthority().issue(.localServer) },
            rejection: .unknownIssuer),
    ]

    @Test("a certificate is refused, saying why", arguments: rejected, TLSConfiguration.Version.allCases)
    func rejection(_ one: Rejected, _ version: TLSConfiguration.Version) async throws {
        let fixture = try TLSFixture()
        let identity = try one.identity(fixture.authority)
        let server = try TLSServerContext(
            certificatePEM: identity.certificatePEM, privateKeyPEM: identity.privateKeyPEM, versions: [version])
        try await TestServer.run(TestServer.tlsEcho(server)) { port in
            let client = try fixture.client()
            await #expect(throws: TransportError.certificateRejected(one.rejection)) {
                try await tlsRoundTrip(client, port)
            }
            let careless = try fixture.client { $0.verification = .acceptAnythingInsecurely }
            #expect(try await tlsRoundTrip(careless, port).info != nil)
        }
    }

    @Test("a client certificate comes from files, memory or PKCS#12, its key with or without a passphrase")
    func clientCertificates() async throws {
        let folder = try ClientCertificateFiles()
        let fixture = try TLSFixture()
        let server = try fixture.server(clientRootsPEM: folder.certificatePEM, demandsClientCertificate: true)
        let (right, wrong) = (Secret("right"), Secret("wrong"))
        let accepted: [TLSConfiguration.ClientCertificate] = [
            .init(certificateFile: folder.path("cert.pem"), keyFile: folder.path("plain.pem")),
            .init(certificateFile: folder.path("cert.pem"), keyFile: folder.path("encrypted.pem"), passphrase: right),
            .init(certificatePEM: folder.certificatePEM, keyPEM: Secret(try folder.text("plain.pem"))),
            .init(
                certificatePEM: folder.certificatePEM, keyPEM: Secret(try folder.text("encrypted.pem")),
                passphrase: right),
            .init(pkcs12File: folder.path("both.p12"), passphrase: right),
            .init(pkcs12: try folder.bytes("both.p12"), passphrase: right),
        ]
        for certificate in accepted {
            let client = try fixture.client { $0.clientCertificate = certificate }
            try await TestServer.run(TestServer.tlsEcho(server)) { port in _ = try await tlsRoundTrip(client, port) }
        }
        let refused: [TLSConfiguration.ClientCertificate] = [
            .init(certificateFile: folder.path("cert.pem"), keyFile: folder.path("encrypted.pem")),
            .init(certificateFile: folder.path("cert.pem"), keyFile: folder.path("encrypted.pem"), passphrase: wrong),
            .init(certificatePEM: folder.certificatePEM, keyPEM: Secret("no key")),
            .init(pkcs12File: folder.path("both.p12"), passphrase: wrong),
            .init(pkcs12File: folder.path("both.p12")),
            .init(pkcs12: [1, 2, 3], passphrase: right),
            .init(pkcs12File: folder.path("missing.p12"), passphrase: right),
        ]
        for certificate in refused {
            #expect {
                try fixture.client { $0.clientCertificate = certificate }
            } throws: { error in
                guard case .badConfiguration = error as? TransportError else { return false }
                return true
            }
        }
    }

    @Test("a context is made again after one of its files has changed, and after a reload")
    func reload() throws {
        let folder = try ClientCertificateFiles()
        let configuration = TLSConfiguration(
            trustRoots: .file(folder.path("cert.pem")),
            clientCertificate: .init(certificateFile: folder.path("cert.pem"), keyFile: folder.path("plain.pem")))
        let first = try TLSClientContext.shared(configuration)
        #expect(try TLSClientContext.shared(configuration) === first)
        try (folder.text("cert.pem") + "\n").write(toFile: folder.path("cert.pem"), atomically: true, encoding: .utf8)
        let second = try TLSClientContext.shared(configuration)
        #expect(second !== first)
        TLSConfiguration.reload()
        #expect(try TLSClientContext.shared(configuration) !== second)
    }

    @Test("the least recently used contexts are dropped")
    func contextLimit() throws {
        let cache = TLSContextCache(limit: 2)
        let configurations = ["a", "b", "c"].map { name in
            TLSConfiguration(verification: .acceptAnythingInsecurely, serverName: name)
        }
        let first = try cache.context(for: configurations[0])
        let second = try cache.context(for: configurations[1])
        #expect(try cache.context(for: configurations[0]) === first)
        _ = try cache.context(for: configurations[2])
        #expect(try cache.context(for: configurations[0]) === first)
        #expect(try cache.context(for: configurations[1]) !== second)
    }

    @Test(
        "each version is spoken, with ALPN pop3 and, from 1.3 on, a channel binding",
        arguments: TLSConfiguration.Version.allCases)
    func versions(_ version: TLSConfiguration.Version) async throws {
        let fixture = try TLSFixture()
        let server = try fixture.server(versions: [version])
        let serverBinding = Mutex<[UInt8]?>(nil)
        let service: TestServer.Service = { stream, _ in
            try await stream.acceptTLS(server, within: .ample)
            let binding = stream.channelBinding()
            serverBinding.withLock { $0 = binding }
            try await stream.echo()
        }
        try await TestServer.run(service) { port in
            let outcome = try await tlsRoundTrip(fixture.client(), port)
            #expect(outcome.info?.version == (version == .tls12 ? "TLSv1.2" : "TLSv1.3"))
            #expect(outcome.info?.applicationProtocol == "pop3")
            #expect(outcome.channelBinding?.count == (version == .tls12 ? nil : 32))
            #expect(outcome.channelBinding == serverBinding.withLock { $0 })
            let strict = try fixture.client { $0.minimumVersion = .tls13 }
            if version == .tls12 {
                await #expect(throws: TransportError.self) { try await tlsRoundTrip(strict, port) }
            } else {
                #expect(try await tlsRoundTrip(strict, port).info?.version == "TLSv1.3")
            }
        }
    }

    @Test(
        "the name asked for is the host, or the one configured; an address is verified, not asked for (RFC 6066 §3)",
        arguments: [
            ("localhost", nil, "localhost"), ("127.0.0.1", nil, ""), ("127.0.0.1", "localhost", "localhost"),
        ])
    func serverName(_ host: String, _ name: String?, _ asked: String) async throws {
        let fixture = try TLSFixture()
        let server = try fixture.server()
        let seen = Mutex<String?>(nil)
        let service: TestServer.Service = { stream, _ in
            try await stream.acceptTLS(server, within: .ample)
            let name = unsafe SSL_get_servername(stream.ssl, TLSEXT_NAMETYPE_host_name)
            let text = unsafe name.map { unsafe String(cString: $0) } ?? ""
            seen.withLock { $0 = text }
            try await stream.echo()
        }
        try await TestServer.run(service) { port in
            _ = try await tlsRoundTrip(fixture.client { $0.serverName = name }, host: host, port)
            #expect(seen.withLock { $0 } == asked)
        }
    }

    @Test("an address that is not in the certificate is refused")
    func wrongAddress() async throws {
        let fixture = try TLSFixture()
        let server = try fixture.server(Self.request { $0.addresses = [[127, 0, 0, 2]] })
        try await TestServer.run(TestServer.tlsEcho(server)) { port in
            let client = try fixture.client()
            let names = ["localhost", "127.0.0.2"]
            await #expect(
                throws: TransportError.certificateRejected(.wrongHost(expected: "127.0.0.1", names: names))
            ) {
                try await tlsRoundTrip(client, host: "127.0.0.1", port)
            }
        }
    }

    @Test("a pin is the digest that openssl shows, and is demanded besides the verification")
    func pins() async throws {
        let fixture = try TLSFixture()
        let identity = try fixture.authority.issue(.localServer)
        let certificate = try Self.digest("openssl x509 -outform DER", of: identity.certificatePEM)
        let publicKey = try Self.digest(
            "openssl x509 -pubkey -noout | openssl pkey -pubin -outform DER", of: identity.certificatePEM)
        let server = try TLSServerContext(
            certificatePEM: identity.certificatePEM, privateKeyPEM: identity.privateKeyPEM)
        try await TestServer.run(TestServer.tlsEcho(server)) { port in
            let other = [UInt8](repeating: 7, count: 32)
            let good: [Set<TLSConfiguration.Pin>] = [
                [.certificate(sha256: certificate)], [.publicKey(sha256: publicKey)],
                [.certificate(sha256: other), .publicKey(sha256: publicKey)],
            ]
            for pins in good {
                let info = try await tlsRoundTrip(fixture.client { $0.pins = pins }, port).info
                #expect(info?.peerCertificateSHA256 == certificate)
            }
            let bad: [Set<TLSConfiguration.Pin>] = [
                [.certificate(sha256: other)], [.publicKey(sha256: certificate)], [.certificate(sha256: publicKey)],
                [.certificate(sha256: [])],
            ]
            for pins in bad {
                let client = try fixture.client { $0.pins = pins }
                let error = await #expect(throws: TransportError.self) { try await tlsRoundTrip(client, port) }
                guard case .certificateRejected(.notPinned(let shown)) = error else {
                    Issue.record("the error is \(String(describing: error))")
                    continue
                }
                #expect(shown.split(separator: ":").map { UInt8($0, radix: 16) } == certificate)
            }
            let stranger = try TLSClientContext(
                TLSConfiguration(
                    trustRoots: .pem(CertificateAuthority().certificatePEM), pins: [.certificate(sha256: certificate)]))
            await #expect(throws: TransportError.certificateRejected(.unknownIssuer)) {
                try await tlsRoundTrip(stranger, port)
            }
        }
    }

    /// The SHA-256 digest of what a shell command makes of `input`.
    private static func digest(_ command: String, of input: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "\(command) | openssl dgst -sha256 -binary"]
        let (inPipe, outPipe) = (Pipe(), Pipe())
        process.standardInput = inPipe
        process.standardOutput = outPipe
        try process.run()
        inPipe.fileHandleForWriting.write(Data(input.utf8))
        try inPipe.fileHandleForWriting.close()
        let digest = outPipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(digest.count == 32)
        return Array(digest)
    }

    @Test("a session is resumed under the same configuration only", arguments: TLSConfiguration.Version.allCases)
    func resumption(_ version: TLSConfiguration.Version) async throws {
        let fixture = try TLSFixture()
        let server = try fixture.server(versions: [version])
        try await TestServer.run(TestServer.tlsEcho(server)) { port in
            let client = try fixture.client()
            let first = try await tlsRoundTrip(client, port).info
            let second = try await tlsRoundTrip(client, port).info
            #expect(first?.isResumed == false)
            #expect(second?.isResumed == true)
            #expect(second?.peerCertificateSHA256 == first?.peerCertificateSHA256)
            #expect(try await tlsRoundTrip(client, host: "127.0.0.1", port).info?.isResumed == false)
            let other = try fixture.client {
                $0.minimumVersion = version
                $0.ciphers = "DEFAULT"
            }
            #expect(try await tlsRoundTrip(other, port).info?.isResumed == false)
            let unwilling = try fixture.client { $0.resumesSessions = false }
            for _ in 0..<2 { #expect(try await tlsRoundTrip(unwilling, port).info?.isResumed == false) }
        }
    }

    @Test("a client certificate is shown and verified", arguments: TLSConfiguration.Version.allCases)
    func clientCertificate(_ version: TLSConfiguration.Version) async throws {
        let fixture = try TLSFixture()
        let identity = try fixture.authority.issue(.client(commonName: "ada"))
        let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, key) = (folder.appending(path: "cert.pem"), folder.appending(path: "key.pem"))
        try Data(identity.certificatePEM.utf8).write(to: file)
        try Data(identity.privateKeyPEM.utf8).write(to: key)
        let server = try fixture.server(versions: [version], clientRootsPEM: fixture.authority.certificatePEM)
        let names = Mutex<[String?]>([])
        let service: TestServer.Service = { stream, _ in
            try await stream.acceptTLS(server, within: .ample)
            let name = stream.peerCommonName()
            names.withLock { $0.append(name) }
            try await stream.echo()
        }
        try await TestServer.run(service) { port in
            let client = try fixture.client {
                $0.clientCertificate = .init(certificateFile: file.path, keyFile: key.path)
            }
            _ = try await tlsRoundTrip(client, port)
            _ = try await tlsRoundTrip(fixture.client(), port)
            #expect(names.withLock { $0 } == ["ada", nil])
        }
        #expect(throws: TransportError.self) {
            try fixture.client { $0.clientCertificate = .init(certificateFile: key.path, keyFile: file.path) }
        }
    }

    @Test("a configuration that cannot be used is refused before any connection")
    func badConfiguration() throws {
        let fixture = try TLSFixture()
        #expect(throws: TransportError.self) { try fixture.client { $0.trustRoots = .pem("nothing") } }
        #expect(throws: TransportError.self) { try fixture.client { $0.trustRoots = .file("/no/such/file") } }
        #expect(throws: TransportError.self) { try fixture.client { $0.ciphers = "NO-SUCH-CIPHER" } }
    }
}
