import Foundation
import Glibc
import MailStores
import MailStoresTestSupport
import MessageBuffers
import Testing

@testable import MailDelivery

@Suite("Destinations, standard output and groups of sinks")
struct SinkTests {
    @Test("errors have a localized description, which is their own")
    func localized() {
        let errors: [any Error & CustomStringConvertible] = [
            SinkError.notLossless, DrainError.sink(.locked(path: "/a")), SinkError.system(.write, path: "/b", .noSpace),
        ]
        for error in errors { #expect((error as any Error).localizedDescription == error.description) }
    }

    @Test(
        "destinations are read as documented",
        arguments: [
            ("maildir:/a/b", .maildir("/a/b")), ("maildir:a:b", .maildir("a:b")), ("mbox:x", .mbox("x")),
            ("jsonl:-", .jsonLines("-")), ("null:", .null), ("-", .standardOutput), ("maildir:", nil), ("maildir", nil),
            ("", nil),
            ("null", nil), ("null:x", nil), ("-:", nil), ("Maildir:x", nil), ("pop:x", nil), ("mbox:a\0b", nil),
        ] as [(String, SinkDestination?)])
    func destination(_ text: String, _ expected: SinkDestination?) throws {
        if let expected {
            #expect(try SinkDestination(text) == expected)
            #expect(expected.description == text)
        } else {
            #expect(throws: SinkError.invalidDestination(text)) { try SinkDestination(text) }
        }
    }

    @Test(
        "a device or a folder is no file to keep mail or ids in",
        arguments: ["/dev/null", "/dev/full", "/tmp", "/nowhere/file"])
    func noRegularFile(_ path: String) {
        #expect(throws: SinkError.self) { try MboxrdSink(path: path) }
        #expect(throws: SinkError.self) { try JSONLinesSink(path: path) { _, _ in } }
        #expect(throws: SinkError.self) { try SeenMessageStore(path: path, account: "a", destinations: []) }
        #expect(throws: SinkError.self) { try File(path: path + ".sluice", flags: O_RDONLY) }
    }

    @Test("a full disk behind standard output is an error (ENOSPC)")
    func full() throws {
        let full = try File(path: "/dev/full", flags: O_WRONLY)
        let sink = StandardOutputSink(descriptor: full.descriptor)
        #expect(throws: SinkError.system(.write, path: "descriptor \(full.descriptor)", .noSpace)) {
            try sink.deliver([1], .numbered(1))
        }
    }

    @Test("messages leave by a pipe as they came, and a pipe needs no disk")
    func pipes() throws {
        var ends: [CInt] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        let reader = File(owning: ends[0], path: "reader")
        let writer = File(owning: ends[1], path: "writer")
        let sink = StandardOutputSink(descriptor: writer.descriptor, lineEnds: .lf)
        #expect(try sink.deliver(Array("a\r\n\r".utf8), .numbered(1), cuts: [2]) == .buffered)
        #expect(try sink.deliver(Array("\nb".utf8), .numbered(2)) == .buffered)
        try sink.sync()
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = unsafe read(reader.descriptor, &bytes, bytes.count)
        #expect(bytes.prefix(count).elementsEqual("a\n\r\nb".utf8))
    }

    @Test("a group delivers to each, and is as durable as the weakest")
    func group() throws {
        let folder = try TemporaryFolder()
        let null = NullSink()
        let maildir = try MaildirSink(directory: folder["mail"])
        let group = SinkGroup([null, maildir])
        #expect(try group.deliver(MessageBytes("a"), MessageOrigin.numbered(1)) == .buffered)
        #expect(try group.deliver([1, 2], .numbered(2), cuts: [1]) == .buffered)
        try group.sync()
        #expect(null.messageCount == 2 && null.byteCount == 3)
        #expect(try folder.names(in: "mail/new").count == 2)
    }

    @Test("where one of a group fails, the others forget the message")
    func groupFailure() throws {
        let folder = try TemporaryFolder()
        let full = try File(path: "/dev/full", flags: O_WRONLY)
        let maildir = try MaildirSink(directory: folder["mail"])
        let group = SinkGroup([maildir, StandardOutputSink(descriptor: full.descriptor)])
        #expect(throws: SinkError.self) { try group.deliver([1], .numbered(1)) }
        try group.sync()
        #expect(try folder.names(in: "mail/new").isEmpty)
        #expect(try folder.names(in: "mail/tmp").count == 1)
    }
}
