import Foundation
import POP3
import POP3Sandbox
import Testing

@Suite("README")
struct ReadmeTests {
    /// The text of a file of the package.
    private static func text(_ path: String) throws -> String {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: package.appending(path: path), encoding: .utf8)
    }

    @Test("the library example is the code that these tests compile")
    func exampleIsCompiled() throws {
        let fences = try Self.text("README.md").components(separatedBy: "```")
        let examples = fences.filter { $0.hasPrefix("swift\n") }.map { String($0.dropFirst("swift\n".count)) }
        #expect(examples == [try Self.text("Tests/ReadmeTests/ReadmeExample.swift")])
    }

    @Test("the change log begins with the version that the command shows")
    func version() throws {
        let version = try Self.text("Sources/sluice/Version.swift").firstMatch(of: /current = "([0-9.]+)"/)?.1
        let first = try Self.text("CHANGELOG.md").firstMatch(of: /\n## (.+)\n/)?.1
        #expect(version != nil && version == first)
        #expect(try Self.text("README.md").contains("from: \"\(try #require(version))\""))
    }

    @Test("the library example shows the mail of a maildrop over TLS, and deletes none")
    func exampleRuns() async throws {
        let mail = "From: Ada Lovelace <ada@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello\r\n"
        let sandbox = try await POP3Sandbox.start(messages: [Array(mail.utf8), Array("\r\n".utf8)])
        var configuration = POP3Configuration()
        configuration.tls.trustRoots = .pem(sandbox.certificateAuthorityPEM)
        let lines = try await showMaildrop(
            at: .pops("localhost", port: try #require(sandbox.tlsPort)),
            as: .password(user: "user", secret: Secret("password")), configuration: configuration)
        #expect(
            lines == ["Ada Lovelace <ada@example.com>: Grüße, 0 attachments", ": (no subject), 0 attachments"])
        #expect(sandbox.deletedUIDs(of: "user").isEmpty)
        await sandbox.stop()
    }

    @Test("the example of the article on reading in pieces is the code that these tests compile")
    func articleIsCompiled() throws {
        let fences = try Self.text("Sources/MIME/MIME.docc/ReadingInPieces.md").components(separatedBy: "```")
        #expect(fences.count == 3)
        #expect(fences[1] == "swift\n" + (try Self.text("Tests/ReadmeTests/AttachmentSizes.swift")))
    }

    @Test("each feature that the documentation calls full names a test suite that there is")
    func fullFeaturesAreShown() throws {
        let rows = try Self.text("Sources/MIME/MIME.docc/BesideOtherParsers.md").split(separator: "\n")
            .filter { $0.hasPrefix("| ") && !$0.hasPrefix("| |") && !$0.hasPrefix("| ---") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        let suites = try Self.suites()
        #expect(rows.count > 30)
        for row in rows {
            try #require(row.count == 8, "\(row)")
            #expect(row[1...6].allSatisfy { ["full", "part", "none", "—"].contains($0) }, "\(row[0])")
            if row[1] == "full" { #expect(suites.contains(row[7]), "\(row[0])") }
        }
    }

    /// The names of all test suites.
    private static func suites() throws -> Set<String> {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let files = FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil)
        var suites: Set<String> = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let source = try String(contentsOf: file, encoding: .utf8)
            suites.formUnion(source.matches(of: /@Suite\("([^"]+)"/).map { String($0.1) })
        }
        return suites
    }

    @Test("the example on reading in pieces lists attachments that arrive in many")
    func attachmentsInPieces() async throws {
        let line = String(repeating: "QUJD", count: 19) + "\r\n"
        let mail =
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n"
            + "Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + String(repeating: line, count: 40_000) + "--b--\r\n"
        let sandbox = try await POP3Sandbox.start(messages: [
            Array(mail.utf8), Array("A: b\r\n\r\n".utf8), Array(mail.utf8),
        ])
        var configuration = POP3Configuration()
        configuration.tls.trustRoots = .pem(sandbox.certificateAuthorityPEM)
        let session = try await POP3Session.connect(
            to: .pops("localhost", port: try #require(sandbox.tlsPort)), configuration: configuration)
        try await session.authenticate(.password(user: "user", secret: Secret("password")))
        let size = "a.zip: \(40_000 * 57) octets"
        #expect(try await attachmentSizes(in: session) == [size, size])
        try await session.quit()
        await sandbox.stop()
    }

    @Test("the exit codes are those of the command")
    func exitCodes() throws {
        let source = try Self.text("Sources/sluice/ExitStatus.swift")
        let codes = source.matches(of: /case [`a-zA-Z]+ = (\d+)/).map { String($0.1) }
        let rows = try Self.text("README.md").matches(of: /\n\| (\d\d) \|/).map { String($0.1) }
        #expect(!codes.isEmpty)
        #expect(rows == codes)
    }
}
