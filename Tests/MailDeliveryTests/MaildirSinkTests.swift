import Digests
import Glibc
import MailStores
import MailStoresTestSupport
import MessageBuffers
import Testing

@testable import MailDelivery

@Suite("A Maildir holds whole messages only, each once")
struct MaildirSinkTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func sink(_ options: MaildirSink.Options = MaildirSink.Options()) throws -> MaildirSink {
        try MaildirSink(directory: folder["mail"], options: options)
    }

    func contents() throws -> [[UInt8]] {
        try folder.names(in: "mail/new").map { try folder.read("mail/new/\($0)") }
    }

    static let messages =
        [
            "", ".", "\0\0", "no final line end", "a\r\nb\r\n", "8-bit \u{E9}\r\n", "\r", "From x\r\n",
            String(repeating: "x", count: 300_000),
        ].map { Array($0.utf8) } + [[0xFF, 0xFE, 0x0D, 0x0A, 0x80]]

    @Test("a file holds the bytes as received", arguments: messages)
    func bytes(_ message: [UInt8]) throws {
        let sink = try sink()
        #expect(try sink.deliver(message, .numbered(1), cuts: [message.count / 3, message.count / 2]) == .buffered)
        try sink.sync()
        #expect(try contents() == [message])
    }

    @Test("a whole message takes the same way as its chunks")
    func wholeMessage() throws {
        let sink = try sink()
        let message = MessageBytes("a\r\nb")
        #expect(try sink.deliver(message, MessageOrigin.numbered(1)) == .buffered)
        #expect(try sink.deliver(Array(message), MessageOrigin.numbered(1)) == .alreadyPresent)
    }

    @Test("nothing shows in new before it is durable; the batch limit makes it so")
    func batches() throws {
        let sink = try sink(MaildirSink.Options(batchLimit: 3))
        var deliveries: [DeliveryOutcome] = []
        var visible: [Int] = []
        for number in 1...7 {
            deliveries.append(try sink.deliver([UInt8(number)], .numbered(number)))
            visible.append(try folder.names(in: "mail/new").count)
        }
        #expect(deliveries == [.buffered, .buffered, .durable, .buffered, .buffered, .durable, .buffered])
        #expect(visible == [0, 0, 3, 3, 3, 6, 6])
        try sink.sync()
        #expect(try contents().map { $0[0] }.sorted() == Array(1...7))
    }

    @Test("the same message again is not written again, in the same run, a later one, or after a reader has moved it")
    func duplicates() throws {
        let message = Array("hello".utf8)
        var sink = try sink()
        #expect(try sink.deliver(message, .numbered(1)) == .buffered)
        #expect(try sink.deliver(message, .numbered(1)) == .alreadyPresent)
        try sink.sync()
        sink = try self.sink()
        #expect(try sink.deliver(message, .numbered(1)) == .alreadyPresent)
        try sink.sync()
        let name = try #require(try folder.names(in: "mail/new").first)
        try #require(unsafe rename(folder["mail/new/\(name)"], folder["mail/cur/\(name):2,S"]) == 0)
        sink = try self.sink()
        #expect(try sink.deliver(message, .numbered(1)) == .alreadyPresent)
        #expect(try sink.deliver(message, .numbered(2)) == .buffered)
        #expect(try sink.deliver(message, .numbered(1, account: "bob@example.com")) == .buffered)
        #expect(try sink.deliver(message + message, .numbered(1)) == .buffered)
        try sink.sync()
        #expect(try folder.names(in: "mail/new").count == 3)
        #expect(try folder.names(in: "mail/tmp").count == 1)
    }

    @Test(
        "no name holds anything that the server chose",
        arguments: ["../../etc/passwd", "/", "a:2,S", ".", "\0", "\n", "é", "", String(repeating: "x", count: 5000)])
    func names(_ hostile: String) throws {
        let sink = try sink()
        let origin = MessageOrigin(account: hostile, uidl: Array(hostile.utf8), number: 1)
        try sink.deliver(Array(hostile.utf8), origin)
        try sink.sync()
        let name = try #require(try folder.names(in: "mail/new").first)
        #expect(name.wholeMatch(of: /[0-9a-f]{32}\.sluice,S=[0-9]+/) != nil)
        #expect(name.hasSuffix(",S=\(hostile.utf8.count)"))
    }

    @Test("CRLF becomes LF where that is asked for, and the message stays the same one")
    func lineEnds() throws {
        let message = Array("a\r\nb\r\r\nc\r".utf8)
        var sink: MaildirSink? = try sink(MaildirSink.Options(lineEnds: .lf))
        try sink?.deliver(message, .numbered(1), cuts: [2, 5, 6])
        try sink?.sync()
        sink = nil
        #expect(try contents() == [Array("a\nb\r\nc\r".utf8)])
        #expect(try self.sink().deliver(message, .numbered(1)) == .alreadyPresent)
    }

    @Test("a cancelled or abandoned message leaves nothing")
    func cancel() throws {
        var sink: MaildirSink? = try sink()
        try sink?.begin(.numbered(1))
        try sink?.write([1, 2, 3].rawSpan)
        sink?.cancel()
        try sink?.begin(.numbered(2))
        sink = nil
        #expect(try folder.names(in: "mail/tmp").isEmpty)
        #expect(try folder.names(in: "mail/new").isEmpty)
    }

    @Test("what a dead sink left in tmp is removed; a living one's files and others' stay")
    func leftovers() throws {
        let living = try sink()
        try living.begin(.numbered(1))
        for name in ["sluice.dead.1", "sluice.dead.2", "sluice.dead.lock", "sluice.gone.7", "1234.other.host"] {
            try folder.write([1], to: "mail/tmp/\(name)")
        }
        let before = try folder.names(in: "mail/tmp")
        let second = try sink()
        let after = try folder.names(in: "mail/tmp")
        #expect(
            before.filter { !after.contains($0) } == [
                "sluice.dead.1", "sluice.dead.2", "sluice.dead.lock", "sluice.gone.7",
            ])
        #expect(try living.finish() == .buffered)
        try living.sync()
        try second.sync()
        #expect(try folder.names(in: "mail/new").count == 1)
    }

    @Test("a folder with other things in it is no Maildir")
    func unsuitable() throws {
        try folder.write([1], to: "notes.txt")
        #expect(throws: SinkError.unsuitable(path: folder.path, reason: "the directory is not empty and is no Maildir"))
        {
            try MaildirSink(directory: folder.path)
        }
        #expect(throws: SinkError.self) { try MaildirSink(directory: folder["notes.txt"]) }
        #expect(throws: SinkError.system(.create, path: folder["a/b"], .noSuchFileOrDirectory)) {
            try MaildirSink(directory: folder["a/b"])
        }
        #expect(throws: SinkError.system(.create, path: "/proc/mail", .noSuchFileOrDirectory)) {
            try MaildirSink(directory: "/proc/mail")
        }
    }

    @Test(
        "a full disk is an error that undoes the message, and the others stay",
        .enabled(if: SmallFileSystem.isAvailable))
    func fullDisk() throws {
        let disk = try #require(SmallFileSystem())
        let sink = try MaildirSink(directory: disk.path)
        try sink.deliver([1, 2, 3], .numbered(1))
        let large = [UInt8](repeating: 0, count: 100_000)
        #expect(throws: SinkError.system(.write, path: disk.path + "/tmp", .noSpace)) {
            try sink.deliver(large, .numbered(2))
        }
        #expect(try sink.deliver([4], .numbered(3)) == .buffered)
        try sink.sync()
        #expect(try TemporaryFolder.names(in: disk.path + "/new").count == 2)
        #expect(try TemporaryFolder.names(in: disk.path + "/tmp").count == 1)
    }

    @Test("after a batch that failed no later sync succeeds, since its messages are gone")
    func failedBatch() throws {
        let sink = try sink()
        try sink.deliver([1], .numbered(1))
        try #require(unsafe rmdir(folder["mail/new"]) == 0)
        #expect(throws: SinkError.self) { try sink.sync() }
        #expect(throws: SinkError.unusable(path: folder["mail/new"])) { try sink.sync() }
        #expect(throws: SinkError.unusable(path: folder["mail/new"])) { try sink.deliver([2], .numbered(2)) }
        #expect(try folder.names(in: "mail/tmp").count == 1)
    }
}
