import Foundation
import POP3TestSupport
import Testing

/// Mails that do not fit in memory, fetched by the command. For `make test-long`.
@Suite(
    "Mails that do not fit in memory", .serialized,
    .enabled(if: RealServer.Kind.dovecot.canRun && ProcessInfo.processInfo.environment["SLUICE_TEST_LEVEL"] == "long"))
struct LargeMailTests {
    /// What `sluice fetch` may hold at its peak, in bytes.
    private static let memoryLimit = 64 * 1024 * 1024

    private func fetch(_ mailbox: MailboxBuilder, _ folder: TestFolder) async throws {
        let server = try await RealServer(.dovecot, maildrops: ["ada": mailbox.folder])
        let transcript = try await RawTranscript(of: "ada", at: server, into: folder["transcript"])
        let run = try await MeasuredRun.of(
            [
                Product.sluice, "fetch", "pops://ada@localhost:\(try #require(server.tlsPort))", "--ca-file",
                server.caFile,
                "--password-env", "SLUICE_PASSWORD", "--to", "maildir:\(folder["Maildir"])", "--max-message-size", "2g",
                "--quiet",
            ], environment: ["SLUICE_PASSWORD": server.password])
        #expect(run.status == 0, "\(run.error)")
        #expect(run.peakMemory <= Self.memoryLimit)
        let differences = try await transcript.differences(from: folder["Maildir"])
        #expect(differences == [])
    }

    @Test("a mail of 1 GB goes to a Maildir in 64 MB of memory")
    func gigabyte() async throws {
        let folder = try TestFolder()
        var mailbox = MailboxBuilder(in: try folder.folder("mail"))
        try mailbox.addLarge(size: 1 << 30)
        try await fetch(mailbox, folder)
    }

    @Test("a line of 100 MB goes to a Maildir in 64 MB of memory")
    func longLine() async throws {
        let folder = try TestFolder()
        var mailbox = MailboxBuilder(in: try folder.folder("mail"))
        try mailbox.addLongLine(length: 100 * 1024 * 1024)
        try await fetch(mailbox, folder)
    }
}
