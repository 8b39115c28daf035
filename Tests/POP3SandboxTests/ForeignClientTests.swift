import Foundation
import MailGenerator
import POP3Sandbox
import Testing

@Suite("Clients of others")
struct ForeignClientTests {
    static let generator = MailGenerator(seed: 77)
    static let mails = (0..<72).map { generator.mail(at: $0) }

    private func withSandbox(
        _ mails: [[UInt8]] = mails, faults: Set<SandboxFault> = [], mechanisms: [SandboxMechanism]? = nil,
        _ body: (POP3Sandbox, _ folder: String, _ caFile: String) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration()
        configuration.faults = faults
        if let mechanisms { configuration.mechanisms = Set(mechanisms) }
        let sandbox = try await POP3Sandbox.start(messages: mails, configuration: configuration)
        try await withTemporaryFolder { folder in
            try sandbox.writeCertificateAuthority(to: folder + "/ca.pem")
            try await body(sandbox, folder, folder + "/ca.pem")
        }
        await sandbox.stop()
    }

    /// What a client gets of a stored message: a CRLF is added to one that does not end in it.
    private func sent(_ mail: [UInt8]) -> [UInt8] {
        mail.isEmpty || mail.suffix(2).elementsEqual([0x0D, 0x0A]) ? mail : mail + [0x0D, 0x0A]
    }

    @Test(
        "poplib drains mails of all kinds, byte for byte", .enabled(if: Tool.isInstalled("python3")),
        arguments: ["plain", "apop", "stls", "tls"])
    func poplib(way: String) async throws {
        try await withSandbox { sandbox, folder, caFile in
            let script = try #require(Bundle.module.path(forResource: "Scripts/drain", ofType: "py"))
            let result = try await Tool("python3")!.run(
                [script, "\(sandbox.port!)", "\(sandbox.tlsPort!)", caFile, folder, way])
            #expect(result.status == 0, "\(result.errors)")
            for (index, mail) in Self.mails.enumerated() where result.status == 0 {
                let got = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(index + 1)"))
                #expect(Array(got) == sent(mail), "mail \(index), \(Self.generator.kind(at: index))")
            }
            #expect(sandbox.deletedUIDs(of: "user").count == 1)
            #expect(sandbox.commands.last == "QUIT")
            #expect(sandbox.counters.tlsHandshakes == (way.hasSuffix("tls") || way == "stls" ? 1 : 0))
        }
    }

    @Test(
        "curl logs in by each mechanism it knows", .enabled(if: Tool.isInstalled("curl")),
        arguments: ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER", "+APOP"])
    func curl(mechanism: String) async throws {
        // curl prefers some mechanisms over the one it is told to take, so that one is all there is.
        let offered = SandboxMechanism(rawValue: mechanism)
        try await withSandbox(mechanisms: offered.map { [$0] }) { sandbox, _, caFile in
            var arguments = [
                "-sS", "--cacert", caFile, "--login-options",
                "AUTH=" + mechanism,
                "pop3s://localhost:\(sandbox.tlsPort!)/1",
            ]
            arguments +=
                mechanism.contains("OA") ? ["-u", "user", "--oauth2-bearer", "token"] : ["-u", "user:password"]
            let result = try await Tool("curl")!.run(arguments)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output == sent(Self.mails[0]))
            #expect(sandbox.commands.contains { $0.hasPrefix(mechanism == "+APOP" ? "APOP" : "AUTH " + mechanism) })
        }
    }

    @Test(
        "mpop logs in by SCRAM and drains with pipelining", .enabled(if: Tool.isInstalled("mpop")),
        arguments: ["scram-sha-1", "scram-sha-256", "cram-md5", "plain"])
    func mpop(mechanism: String) async throws {
        // mpop takes a dot between bare LFs for the end of a message, so it gets none of those.
        let kinds = MailKind.allCases.filter { $0 != .bareLineEnds }
        let generator = MailGenerator(seed: 78, kinds: kinds)
        let mails = (0..<60).map { generator.mail(at: $0) }
        try await withSandbox(mails) { sandbox, folder, caFile in
            try FileManager.default.createDirectory(atPath: folder + "/md/cur", withIntermediateDirectories: true)
            for name in ["tmp", "new"] {
                try FileManager.default.createDirectory(
                    atPath: folder + "/md/" + name, withIntermediateDirectories: true)
            }
            let result = try await Tool("mpop")!.run([
                "--host=localhost", "--port=\(sandbox.tlsPort!)", "--tls=on", "--tls-starttls=off",
                "--tls-trust-file=" + caFile, "--auth=" + mechanism, "--user=user", "--passwordeval=echo password",
                "--delivery=maildir,\(folder)/md", "--uidls-file=\(folder)/uidls", "--pipelining=on", "--keep=on",
                "--received-header=off",
            ])
            #expect(result.status == 0, "\(result.errors)")
            let count = try FileManager.default.contentsOfDirectory(atPath: folder + "/md/new").count
            #expect(count == mails.count)
        }
    }

    @Test(
        "openssl verifies each certificate as the fault has it", .enabled(if: Tool.isInstalled("openssl")),
        arguments: [
            (nil, "Verification: OK"), (SandboxFault.certSelfSigned, "self-signed certificate"),
            (.certUnknownRoot, "unable to get local issuer certificate"), (.certWrongHost, "ostname mismatch"),
            (.certExpired, "certificate has expired"), (.certNulName, "ostname mismatch"),
        ] as [(SandboxFault?, String)])
    func openssl(fault: SandboxFault?, says: String) async throws {
        try await withSandbox(faults: Set([fault].compactMap(\.self))) { sandbox, _, caFile in
            for way in [
                ["-connect", "127.0.0.1:\(sandbox.tlsPort!)"],
                ["-connect", "127.0.0.1:\(sandbox.port!)", "-starttls", "pop3"],
            ] {
                let result = try await Tool("openssl")!.run(
                    ["s_client", "-CAfile", caFile, "-verify_hostname", "localhost", "-alpn", "pop3"] + way,
                    input: "QUIT\r\n")
                #expect((result.text + result.errors).contains(says))
                #expect(result.text.contains("ALPN protocol: pop3"))
            }
        }
    }

    @Test("curl presents a client certificate for EXTERNAL", .enabled(if: Tool.isInstalled("curl")))
    func external() async throws {
        try await withSandbox { sandbox, folder, caFile in
            let identity = try sandbox.clientIdentity(for: "user")
            try (identity.certificatePEM + identity.privateKeyPEM).write(
                toFile: folder + "/client.pem", atomically: true, encoding: .utf8)
            let result = try await Tool("curl")!.run([
                "-sS", "--cacert", caFile, "--cert", folder + "/client.pem", "--login-options", "AUTH=EXTERNAL", "-u",
                "user:", "pop3s://localhost:\(sandbox.tlsPort!)/2",
            ])
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output == sent(Self.mails[1]))
        }
    }
}
