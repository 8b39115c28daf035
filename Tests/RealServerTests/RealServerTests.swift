import Foundation
import POP3
import POP3TestSupport
import Testing

/// One way to reach a server.
struct Route: Sendable, CustomTestStringConvertible {
    enum Security: String, CaseIterable, Sendable {
        case plaintext, startTLS, implicitTLS
    }

    let kind: RealServer.Kind
    let security: Security

    var testDescription: String { "\(kind.rawValue), \(security.rawValue)" }

    /// Every way to a server of `kind`.
    static func all(to kind: RealServer.Kind) -> [Route] {
        (kind == .popa3d ? [.plaintext] : Security.allCases).map { Route(kind: kind, security: $0) }
    }

    func endpoint(of server: RealServer) throws -> POP3Endpoint {
        switch security {
        case .plaintext: .pop(server.host, port: server.port, security: .plaintext)
        case .startTLS: .pop(server.host, port: server.port, security: .startTLSRequired)
        case .implicitTLS: .pops(server.host, port: try #require(server.tlsPort))
        }
    }
}

@Suite("Mail from real servers is delivered byte for byte", .serialized)
struct RealServerTests {
    /// Retrieves everything into a folder of files.
    static func retrieve(from endpoint: POP3Endpoint, trusting caFile: String, pipelining: Bool, into folder: String)
        async throws
    {
        var configuration = POP3Configuration()
        configuration.tls.trustRoots = .file(caFile)
        configuration.pipelining.isEnabled = pipelining
        let session = try await POP3Session.connect(to: endpoint, configuration: configuration)
        try await session.authenticate(.password(user: "ada", secret: Secret("secret")))
        for try await message in session.retrieve(.all) {
            let file = URL(filePath: "\(folder)/\(message.number).eml")
            try unsafe message.bytes.withUnsafeBytes { try unsafe Data($0).write(to: file) }
        }
        try await session.quit()
    }

    @Test(
        "what is retrieved by every route is what the server sent, unstuffed (RFC 1939 §3)",
        arguments: RealServer.Kind.allCases.filter(\.canRun))
    func exactBytes(kind: RealServer.Kind) async throws {
        let folder = try TestFolder()
        var mailbox = MailboxBuilder(in: try folder.folder("mail"))
        try mailbox.addCorpora()
        try mailbox.add()
        try mailbox.add(200) { Array("Subject: mail \($0)\r\n\r\n.\r\n..body \($0)\r\n".utf8) }
        let server = try await RealServer(kind, maildrops: ["ada": mailbox.folder])
        // mailutils writes header fields of its own into the mbox when it is read first.
        if kind == .mailutils { _ = try await RawTranscript(of: "ada", at: server, into: folder["first"]) }
        let transcript = try await RawTranscript(of: "ada", at: server, into: folder["transcript"])
        #expect(transcript.count > 0)
        for route in Route.all(to: kind) {
            for pipelining in [true, false] {
                let delivered = try folder.folder("\(route.security)-\(pipelining)")
                try await Self.retrieve(
                    from: route.endpoint(of: server), trusting: server.caFile, pipelining: pipelining, into: delivered)
                let differences = try await transcript.differences(from: delivered)
                #expect(differences.prefix(5) == [], "\(route.testDescription), pipelining: \(pipelining)")
            }
        }
    }
}
