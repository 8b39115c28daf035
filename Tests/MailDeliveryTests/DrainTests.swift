import Foundation
import MailStoresTestSupport
import MessageBuffers
import POP3
import POP3Sandbox
import Testing

@testable import MailDelivery

@Suite("A drain records and deletes only what is stored", .timeLimit(.minutes(15)))
struct DrainTests {
    private static let messages = (1...5).map { Array("Subject: mail \($0)\r\n\r\nbody \($0)\r\n".utf8) }
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func account(_ messages: [[UInt8]] = messages, uids: [String]? = nil) -> SandboxAccount {
        SandboxAccount(user: "u", password: "p", maildrop: MemoryMaildrop(messages, uids: uids))
    }

    private func seen() throws -> SeenMessageStore {
        try SeenMessageStore(path: folder["seen"], account: "a", destinations: ["memory:"])
    }

    @Test("deleting is refused where the sink keeps less than whole messages")
    func lossySink() async throws {
        let account = account()
        var run = DrainRun(account)
        run.options.deletes = true
        guard case .failure(.sink(.notLossless)) = try await run(into: MemorySink(isLossless: false)) else {
            Issue.record("mail would be deleted")
            return
        }
        #expect(account.deletedIndices.isEmpty)
    }

    @Test("a message that cannot be described is a failure, and the others go on")
    func undescribed() async throws {
        var lines = 0
        let sink = try JSONLinesSink(path: folder["mail.jsonl"], durability: .none) {
            (input, line) throws(SinkError) in
            lines += 1
            if lines == 2 { throw .notDescribed(reason: "test") }
            line += "{}".utf8
        }
        let result = try await DrainRun(account())(into: sink)
        #expect(try result.get().failures.map(\.message.number) == [2])
        #expect(try folder.read("mail.jsonl") == Array("{}\n{}\n{}\n{}\n".utf8))
    }

    @Test("an id that a rebuilt mailbox gives to a new mail is told by its size")
    func rebuiltMailbox() async throws {
        let sink = MemorySink()
        var run = DrainRun(account([Array("Subject: old\r\n\r\nx\r\n".utf8)], uids: ["1"]))
        _ = try await run(into: sink, seen: seen())
        let rebuilt = account([Array("Subject: another\r\n\r\ny\r\n".utf8)], uids: ["1"])
        run.account = rebuilt
        run.options.deletes = true
        let result = try await run(into: sink, seen: seen())
        #expect(result.isClean && sink.stored.count == 2 && rebuilt.deletedIndices == [0])
    }

    @Test("a known message is not stored again, and deleted when that is asked for", arguments: [5, 100])
    func known(_ count: Int) async throws {
        let messages = (0..<count).map { Array("Subject: mail \($0)\r\n\r\n".utf8) }
        let sink = MemorySink()
        let account = account(messages)
        var run = DrainRun(account)
        for deletes in [false, true] {
            run.options.deletes = deletes
            #expect(try await run(into: sink, seen: seen()).isClean)
        }
        #expect(sink.stored == messages && account.deletedIndices.sorted() == Array(0..<count))
    }

    @Test("ids that a rebuilt mailbox gives to new mail of the same size delete nothing unseen", arguments: [5, 100])
    func rebuiltMailboxOfOneSize(_ count: Int) async throws {
        let uids = (1...count).map { "\($0)" }
        func messages(_ word: String) -> [[UInt8]] {
            (0..<count).map { Array("Subject: \(word) \($0)\r\n\r\n".utf8) }
        }
        let sink = MemorySink()
        var run = DrainRun(account(messages("old"), uids: uids))
        _ = try await run(into: sink, seen: seen())
        run.account = account(messages("new"), uids: uids)
        run.options.deletes = true
        #expect(try await run(into: sink, seen: seen()).isClean)
        #expect(Set(sink.stored) == Set(messages("old") + messages("new")) && sink.stored.count == 2 * count)
        #expect(run.account.deletedIndices.sorted() == Array(0..<count))
    }

    @Test("nothing is deleted for an id that no retrieved message vouches for")
    func unprovenIDs() async throws {
        let messages = (1...6).map { Array("Subject: mail \($0)\r\n\r\n".utf8) }
        let sink = MemorySink()
        var run = DrainRun(account(messages))
        #expect(try await run(into: sink, seen: seen()).isClean)
        // The last message is one of those that are refused.
        run.server.faults = [.retrRefused]
        run.options.deletes = true
        let report = try await run(into: sink, seen: seen()).get()
        #expect(report.failures.map(\.message.number).sorted() == [3, 6])
        #expect(run.account.deletedIndices.sorted() == [0, 1, 3, 4] && sink.stored == messages)
    }

    @Test("a list of version 1 keeps mail from being fetched, and none from being stored before it is deleted")
    func imported() async throws {
        try folder.write(Array("# sluice-uidl 1 a\nfirst\nsecond\n".utf8), to: "seen")
        let sink = MemorySink()
        let account = account(Array(Self.messages.prefix(2)), uids: ["first", "second"])
        var run = DrainRun(account)
        #expect(try await run(into: sink, seen: seen()).isClean)
        #expect(sink.stored.isEmpty)
        run.options.deletes = true
        #expect(try await run(into: sink, seen: seen()).isClean)
        #expect(sink.stored == Array(Self.messages.prefix(2)) && account.deletedIndices.count == 2)
    }

    @Test("messages in chunks that begin anew are stored once, and whole")
    func chunksAnew() async throws {
        var messages = Self.messages
        messages[1] = Array("Subject: large\r\n\r\n".utf8) + Array(repeating: 0x61, count: 300_000) + [0x0D, 0x0A]
        let sink = MemorySink()
        var run = DrainRun(account(messages))
        run.options.chunkThreshold = 100_000
        run.server.faults = [.okBeforeTerminator]
        #expect(try await run(into: sink, seen: seen()).isClean)
        #expect(Set(sink.stored) == Set(messages) && sink.stored.count == messages.count)
    }
}
