import Glibc
import MailStores
import MailStoresTestSupport
import MessageBuffers
import SeededRandom
import Testing

@testable import MailDelivery

@Suite("JSON Lines: one whole line for each message")
struct JSONLinesSinkTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Describes a message by its number, size and bytes, over two lines.
    func sink(threshold: Int = JSONLinesSink.defaultThreshold) throws -> JSONLinesSink {
        try JSONLinesSink(path: folder["out"], threshold: threshold) { input, line in
            let shown = String(
                decoding: Array(input.message).map { $0 == 13 ? 114 : $0 == 10 ? 110 : $0 }, as: UTF8.self)
            line += "{\"\(input.origin.number)\":\n\"\(shown)\",\(input.size),\(input.isTruncated)}".utf8
        }
    }

    func text() throws -> String { String(decoding: try folder.read("out"), as: UTF8.self) }

    @Test("a line holds no line end but its own, whatever the description writes")
    func lines() throws {
        let sink = try sink()
        #expect(try sink.deliver(Array("a\r\nb".utf8), .numbered(1), cuts: [1, 2]) == .buffered)
        #expect(try sink.deliver(MessageBytes("c"), MessageOrigin.numbered(2)) == .buffered)
        try sink.sync()
        #expect(try text() == "{\"1\": \"arnb\",4,false}\n{\"2\": \"c\",1,false}\n")
    }

    @Test(
        "of a message over the threshold only the header is described, in one piece or in many",
        arguments: [
            ("A: b\r\n\r\nbody of some length", "A: brnrn"), ("A: b\n\nbody of some length", "A: bnn"),
            ("\r\nbody of some length", "rn"), ("no end of the header here", "no end of the header here"),
        ])
    func threshold(_ message: String, _ header: String) throws {
        let expected = "{\"1\": \"\(header)\",\(message.utf8.count),true}\n"
        let sink = try sink(threshold: 10)
        for cuts in [[], [1], [9, 10, 11], Array(0...message.utf8.count)] {
            try sink.deliver(Array(message.utf8), .numbered(1), cuts: cuts)
        }
        _ = try sink.deliver(MessageBytes(message), MessageOrigin.numbered(1))
        #expect(try text() == String(repeating: expected, count: 5))
    }

    @Test("a message as large as the threshold is described whole")
    func atThreshold() throws {
        let sink = try sink(threshold: 10)
        try sink.deliver(Array("0123456789".utf8), .numbered(1), cuts: [4])
        #expect(try text() == "{\"1\": \"0123456789\",10,false}\n")
    }

    @Test("a message that LIST says is over the threshold is not collected in the first place")
    func announced() throws {
        let sink = try sink(threshold: 10)
        var origin = MessageOrigin.numbered(1)
        origin.expectedSize = 11
        try sink.deliver(Array("\nbody".utf8), origin)
        #expect(try text() == "{\"1\": \"n\",5,true}\n")
    }

    @Test("a large message is put together from any chunks", arguments: [0, 1, 70_000, 200_000])
    func collecting(_ expected: Int) {
        var generator = SeededGenerator(seed: 7)
        let bytes = generator.bytes(150_000, of: Array("abcdefgh".utf8))
        var collector = MessageCollector(expecting: expected)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 0...9000, using: &generator))
            collector.append(bytes.rawSpan.extracting(start..<end))
            start = end
        }
        #expect(Array(collector.message) == bytes)
        collector.shorten(to: 100)
        #expect(Array(collector.message) == Array(bytes[..<100]))
    }

    @Test("a file cut off at any byte keeps its whole lines")
    func tornLine() throws {
        let whole = Array("{\"a\":1}\n{\"b\":2}\n".utf8)
        for end in 0...whole.count {
            try folder.write(Array(whole[..<end]), to: "out")
            _ = try sink()
            let kept = whole[..<end].lastIndex(of: 10).map { whole[...$0] } ?? []
            #expect(try folder.read("out").elementsEqual(kept))
        }
    }

    @Test("a last line longer than what is read at once is removed too")
    func longTornLine() throws {
        try folder.write([1, 10] + [UInt8](repeating: 65, count: 200_000), to: "out")
        _ = try sink()
        #expect(try folder.read("out") == [1, 10])
    }

    @Test("cancelled messages leave nothing, and two writers are refused")
    func cancelAndLock() throws {
        let sink = try sink()
        try sink.begin(.numbered(1))
        try sink.write([1].rawSpan)
        sink.cancel()
        #expect(try sink.finish() == .buffered)
        #expect(try text().isEmpty)
        #expect(throws: SinkError.locked(path: folder["out"])) { try self.sink() }
    }

    @Test("a full disk undoes the line", .enabled(if: SmallFileSystem.isAvailable))
    func fullDisk() throws {
        let disk = try #require(SmallFileSystem())
        let sink = try JSONLinesSink(path: disk.path + "/out") { input, line in
            line += [UInt8](repeating: 65, count: input.size)
        }
        try sink.deliver([1, 2], .numbered(1))
        #expect(throws: SinkError.system(.write, path: disk.path + "/out", .noSpace)) {
            try sink.deliver([UInt8](repeating: 0, count: 100_000), .numbered(2))
        }
        try sink.deliver([3], .numbered(3))
        try sink.sync()
        #expect(try File(path: disk.path + "/out", flags: O_RDONLY).length() == 5)
    }
}
