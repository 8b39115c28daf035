import Foundation
import POP3Sandbox
import Synchronization
import Testing

@testable import BIOTransport

@Suite("TLS alerts (RFC 8446 §6)")
struct TLSAlertTests {
    /// What a client meets that connects, and then uses the stream by `use`.
    private func failure(
        _ client: TLSClientContext, _ port: Int, _ use: @escaping @Sendable (BIOStream) async throws -> Void
    ) async throws -> TransportError? {
        try await LoopHost().run { actor in
            let stream = try await BIOStream.connect(to: "127.0.0.1", port: port, on: actor.loop, within: .ample)
            defer { stream.close() }
            return await transportError {
                try await stream.startTLS(client, host: "localhost", port: port, .atOnce, within: .ample)
                try await use(stream)
            }
        }
    }

    @Test(
        "a client certificate that is demanded and missing is told by the alert's name, in the handshake or after it",
        arguments: [(TLSConfiguration.Version.tls12, UInt8(40)), (.tls13, 116)])
    func certificateRequired(_ version: TLSConfiguration.Version, _ code: UInt8) async throws {
        let fixture = try TLSFixture()
        let server = try fixture.server(
            versions: [version], clientRootsPEM: fixture.authority.certificatePEM, demandsClientCertificate: true)
        try await TestServer.run(TestServer.tlsEcho(server)) { port in
            let error = try await failure(fixture.client(), port) { _ = try await $0.receive() }
            #expect(error == .tlsAlert(TLSAlert(code: code)))
            #expect("\(try #require(error))".contains("demands a client certificate"))
        }
    }

    @Test("a client that only writes is told of the alert, too")
    func alertToWriter() async throws {
        let fixture = try TLSFixture()
        let server = try fixture.server(
            versions: [.tls13], clientRootsPEM: fixture.authority.certificatePEM, demandsClientCertificate: true)
        try await TestServer.run(TestServer.tlsEcho(server)) { port in
            let error = try await failure(fixture.client(), port) { stream in
                while true { try await stream.send([UInt8](repeating: 0x41, count: 1 << 20)) }
            }
            #expect(error == .tlsAlert(TLSAlert(code: 116)))
        }
    }

    @Test("a server without the version of TLS that is demanded: the alert says so, and what to do")
    func protocolVersion() async throws {
        let fixture = try TLSFixture()
        let server = try fixture.server(versions: [.tls12])
        try await TestServer.run(TestServer.tlsEcho(server)) { port in
            let client = try fixture.client { $0.minimumVersion = .tls13 }
            let error = try await failure(client, port) { _ in }
            #expect(error == .tlsAlert(TLSAlert(code: 70)))
            let text = "\(try #require(error))"
            #expect(text.contains("protocol version") && text.contains("too old"))
        }
    }

    @Test("a server that learns that its certificate is not accepted calls that an alert, not a certificate refused")
    func alertToServer() async throws {
        let fixture = try TLSFixture()
        let server = try fixture.server()
        let seen = Mutex<TransportError?>(nil)
        let service: TestServer.Service = { stream, _ in
            let error = await transportError {
                try await stream.acceptTLS(server, within: .ample)
                _ = try await stream.receive()
            }
            seen.withLock { $0 = error }
        }
        try await TestServer.run(service) { port in
            let stranger = try TLSClientContext(
                TLSConfiguration(trustRoots: .pem(CertificateAuthority().certificatePEM)))
            _ = try await failure(stranger, port) { _ in }
        }
        #expect(seen.withLock { $0 } == .tlsAlert(TLSAlert(code: 48)))
    }

    @Test("without verification an alert is not taken for a certificate refused")
    func alertWithoutVerification() async throws {
        let fixture = try TLSFixture()
        let server = try fixture.server(
            versions: [.tls12], clientRootsPEM: fixture.authority.certificatePEM, demandsClientCertificate: true)
        try await TestServer.run(TestServer.tlsEcho(server)) { port in
            // The chain leads nowhere, and OpenSSL keeps that as the result, though nobody asked.
            let careless = try TLSClientContext(
                TLSConfiguration(
                    trustRoots: .pem(CertificateAuthority().certificatePEM), verification: .acceptAnythingInsecurely))
            let error = try await failure(careless, port) { _ in }
            #expect(error == .tlsAlert(TLSAlert(code: 40)))
        }
    }

    @Test("a client certificate that is not accepted ends the server's handshake with the reason")
    func clientCertificateRefused() async throws {
        let fixture = try TLSFixture()
        let server = try fixture.server(clientRootsPEM: fixture.authority.certificatePEM)
        let identity = try CertificateAuthority().issue(.client(commonName: "mallory"))
        let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, key) = (folder.appending(path: "cert.pem"), folder.appending(path: "key.pem"))
        try Data(identity.certificatePEM.utf8).write(to: file)
        try Data(identity.privateKeyPEM.utf8).write(to: key)
        let seen = Mutex<TransportError?>(nil)
        let service: TestServer.Service = { stream, _ in
            let error = await transportError { try await stream.acceptTLS(server, within: .ample) }
            seen.withLock { $0 = error }
        }
        try await TestServer.run(service) { port in
            let client = try fixture.client {
                $0.clientCertificate = .init(certificateFile: file.path, keyFile: key.path)
            }
            let error = try await failure(client, port) { _ = try await $0.receive() }
            #expect(error == .tlsAlert(TLSAlert(code: 48)))
            #expect("\(try #require(error))".contains("does not accept the client certificate"))
        }
        guard case .handshakeFailed(let reason) = seen.withLock({ $0 }) else {
            Issue.record("the server's error is \(String(describing: seen.withLock { $0 }))")
            return
        }
        #expect(reason.hasPrefix("the client's certificate is not accepted"))
    }
}

@Suite("Trust: CA files and names (RFC 5280 §6, RFC 9525)")
struct TrustTests {
    /// Makes a root, an intermediate below it, and a server's certificate below that.
    private static let script = """
        set -e; cd "$0"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem \
            -subj "/CN=Root" -addext basicConstraints=critical,CA:true
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout sub.key -out sub.pem \
            -subj "/CN=Intermediate" -CA root.pem -CAkey root.key -addext basicConstraints=critical,CA:true
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.pem \
            -subj "/CN=localhost" -CA sub.pem -CAkey sub.key -addext basicConstraints=critical,CA:false \
            -addext subjectAltName=DNS:localhost
        """

    @Test("each certificate of a CA file is trusted: the root, an intermediate, the server's own")
    func partialChain() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", Self.script, folder.path]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        func text(_ name: String) throws -> String {
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        let server = try TLSServerContext(
            certificatePEM: text("server.pem") + text("sub.pem"), privateKeyPEM: text("server.key"))
        try await TestServer.run(TestServer.tlsEcho(server)) { port in
            for name in ["root.pem", "sub.pem", "server.pem"] {
                for roots in [
                    TLSConfiguration.TrustRoots.file(folder.appending(path: name).path), .pem(try text(name)),
                ] {
                    let client = try TLSClientContext(TLSConfiguration(trustRoots: roots))
                    #expect(try await tlsRoundTrip(client, port).info != nil)
                    await #expect(
                        throws: TransportError.certificateRejected(
                            .wrongHost(expected: "elsewhere.example", names: ["localhost"]))
                    ) { try await tlsRoundTrip(client, host: "elsewhere.example", port) }
                }
            }
        }
    }

    @Test("of a certificate with many names the first are told, escaped and each cut")
    func manyNames() async throws {
        let fixture = try TLSFixture()
        var request = CertificateRequest.localServer
        request.addresses = []
        request.dnsNames = [Array("\u{1B}[2J".utf8), [UInt8](repeating: 0x61, count: 5_000)]
        request.dnsNames += (0..<100).map { Array("host\($0).example".utf8) }
        let server = try fixture.server(request)
        try await TestServer.run(TestServer.tlsEcho(server)) { port in
            let error = await #expect(throws: TransportError.self) { try await tlsRoundTrip(fixture.client(), port) }
            guard case .certificateRejected(.wrongHost("localhost", let names)) = error else {
                Issue.record("the error is \(String(describing: error))")
                return
            }
            #expect(names.count == 9 && names[0] == "\\x1b[2J" && names[2] == "host0.example" && names[8] == "…")
            #expect(names.allSatisfy { $0.utf8.count < 300 })
        }
    }
}
