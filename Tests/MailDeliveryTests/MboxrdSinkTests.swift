import Glibc
import MailStores
import MailStoresTestSupport
import MessageBuffers
import Testing

@testable import MailDelivery

@Suite("An mbox can be read back, and survives a crash at any byte")
struct MboxrdSinkTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func sink(_ lineEnds: LineEnds = .asReceived) throws -> MboxrdSink {
        try MboxrdSink(path: folder["mbox"], lineEnds: lineEnds)
    }

    static let texts = [
        "Subject: a\r\n\r\nFrom me\r\n>From you\r\n>>From them\r\n", "x\r\n", "From \r\n", "\r\n", "a\r\n\r\n\r\n",
    ]

    @Test("quoting is undone by reading (mboxrd)", arguments: texts, [0, 1, 3, 8])
    func roundTrip(_ text: String, _ cut: Int) throws {
        let sink = try sink()
        for number in 1...3 {
            try sink.deliver(Array(text.utf8), .numbered(number), cuts: [min(cut, text.utf8.count)])
        }
        try sink.sync()
        let mbox = String(decoding: try folder.read("mbox"), as: UTF8.self)
        let quoted = CutStream.escapedAtOnce(Array(text.utf8))
        let parts = mbox.split(separator: /From sluice [^\r]{24}\r\n/, omittingEmptySubsequences: false)
        #expect(
            parts.dropFirst().map(String.init)
                == Array(repeating: String(decoding: quoted, as: UTF8.self) + "\r\n", count: 3))
    }

    @Test("a message without final line end gets one; --line-ends lf turns all of them")
    func lineEnds() throws {
        let sink = try sink(.lf)
        try sink.deliver(Array("a\r\nFrom b".utf8), .numbered(1), cuts: [2, 5])
        try sink.sync()
        let text = String(decoding: try folder.read("mbox"), as: UTF8.self)
        #expect(text.wholeMatch(of: /From sluice .{24}\na\n>From b\n\n/) != nil)
    }

    @Test(
        "mail that is there already stays, and is closed by an empty line",
        arguments: ["", "From x\nbody", "From x\nbody\n", "From x\nbody\n\n"])
    func existing(_ text: String) throws {
        try folder.write(Array(text.utf8), to: "mbox")
        let sink = try sink(.lf)
        try sink.deliver(Array("new\n".utf8), .numbered(1))
        try sink.sync()
        let mbox = String(decoding: try folder.read("mbox"), as: UTF8.self)
        #expect(mbox.contains(text.isEmpty ? /^From sluice/ : /^From x\nbody\n\nFrom sluice .{24}\nnew\n\n$/))
    }

    @Test("cancelled messages leave nothing, large ones included")
    func cancel() throws {
        let sink = try sink()
        try sink.deliver(Array("kept\r\n".utf8), .numbered(1))
        try sink.sync()
        let before = try folder.read("mbox")
        try sink.begin(.numbered(2))
        try sink.write([UInt8](repeating: 65, count: 1_000_000).rawSpan)
        sink.cancel()
        try sink.sync()
        #expect(try folder.read("mbox") == before)
    }

    /// An mbox with one durable message and an append under way, as a crash leaves it.
    struct Crash {
        let durable: [UInt8]
        let whole: [UInt8]
        let note: [UInt8]
    }

    func crash() throws -> Crash {
        let sink = try sink()
        try sink.deliver(Array("durable\r\n".utf8), .numbered(1))
        try sink.sync()
        let durable = try folder.read("mbox")
        try sink.deliver(Array("From \r\nFrom a Mon Nov 23 07:26:47 2026\r\n".utf8), .numbered(2))
        try sink.deliver(Array("third\r\n".utf8), .numbered(3))
        return Crash(durable: durable, whole: try folder.read("mbox"), note: try folder.read("mbox.sluice"))
    }

    func reopen(_ mbox: [UInt8], _ note: [UInt8]) throws -> [UInt8] {
        try folder.write(mbox, to: "mbox")
        try folder.write(note, to: "mbox.sluice")
        _ = try sink()
        return try folder.read("mbox")
    }

    @Test("an append cut off at any byte is removed when the file is opened")
    func tornTail() throws {
        let crash = try crash()
        for end in crash.durable.count...crash.whole.count {
            #expect(try reopen(Array(crash.whole[..<end]), crash.note) == crash.durable)
        }
    }

    @Test("mail that another program appended behind the cut stays, whether it began a line or not")
    func foreignMail() throws {
        let crash = try crash()
        let foreign = Array("From joe@example.com  Mon Nov 23 07:26:47 2026\nSubject: x\n\nbody\n\n".utf8)
        for end in crash.durable.count...crash.whole.count {
            // A quote mark in front would make it part of our message.
            guard crash.whole[end - 1] != UInt8(ascii: ">") else { continue }
            let left = try reopen(Array(crash.whole[..<end]) + foreign, crash.note)
            #expect(left == crash.durable + foreign, "cut at \(end)")
        }
    }

    @Test("a complete file is left alone whatever its note says of another file, and however the note is damaged")
    func damagedNote() throws {
        let crash = try crash()
        for end in 0..<crash.note.count {
            #expect(try reopen(crash.whole, Array(crash.note[..<end])) == crash.whole)
        }
        try folder.write(crash.note, to: "other.sluice")
        try folder.write(crash.whole, to: "other")
        _ = try MboxrdSink(path: folder["other"])
        #expect(try folder.read("other") == crash.whole)
    }

    @Test("a full disk undoes the message and leaves the file whole", .enabled(if: SmallFileSystem.isAvailable))
    func fullDisk() throws {
        let disk = try #require(SmallFileSystem())
        let sink = try MboxrdSink(path: disk.path + "/mbox")
        try sink.deliver(Array("small\r\n".utf8), .numbered(1))
        #expect(throws: SinkError.system(.write, path: disk.path + "/mbox", .noSpace)) {
            try sink.deliver([UInt8](repeating: 65, count: 600_000), .numbered(2))
        }
        try sink.deliver(Array("last\r\n".utf8), .numbered(3))
        try sink.sync()
        let file = try File(path: disk.path + "/mbox", flags: O_RDONLY)
        let text = String(decoding: try file.read(try file.length(), at: 0), as: UTF8.self)
        #expect(text.wholeMatch(of: /From sluice .{24}\r\nsmall\r\n\r\nFrom sluice .{24}\r\nlast\r\n\r\n/) != nil)
    }

    @Test("while a batch is under way the file is locked, afterwards it is not")
    func locking() throws {
        let other = try File(path: folder["mbox"], flags: O_RDWR | O_CREAT)
        let sink = try sink()
        try sink.deliver([65], .numbered(1))
        #expect(try other.trySetLock() == false)
        try sink.sync()
        #expect(try other.trySetLock())
    }
}
