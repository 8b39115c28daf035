import Foundation
import MailGenerator
import Synchronization
import Testing

@testable import MIME

@Suite("A mail's events while it arrives")
struct MailReaderTests {
    private func events(_ octets: [UInt8], every length: Int, _ options: MailOptions = MailOptions()) -> [MailEvent] {
        var reader = MailReader(options: options)
        var events: [MailEvent] = []
        for start in stride(from: 0, to: octets.count, by: length) {
            events += reader.receive(MessageBytes(octets[start..<min(start + length, octets.count)]))
        }
        return events + reader.finish()
    }

    /// Checks the events of a mail against `Mail` of the whole.
    private func expectLikeMail(_ octets: [UInt8], every length: Int, _ name: String, _ options: MailOptions) throws {
        let mail = try Mail(MessageBytes(octets), options: options)
        let events = events(octets, every: length, options)
        guard case .header(let header) = events.first else {
            Issue.record("\(name): the header comes first")
            return
        }
        #expect(header.subject == mail.subject && header.from == mail.from && header.date == mail.date, "\(name)")
        #expect(header.headers.map { Array($0.rawLine) } == mail.headers.map { Array($0.rawLine) }, "\(name)")

        let leaves = mail.content.blocks.flatMap { [$0.plain, $0.html].compactMap(\.self) }.sorted()
        let texts = events.compactMap { if case .text(let text) = $0 { text } else { nil } }
        #expect(
            texts.map(\.text) == leaves.map { MIMEPart(document: mail.document, index: $0).decodedText().text },
            "\(name)")

        var contents: [[UInt8]] = []
        var ended: [StreamedAttachment] = []
        for event in events {
            switch event {
            case .attachmentBegan: contents.append([])
            case .attachmentContent(let bytes): contents[contents.count - 1] += Array(bytes)
            case .attachmentEnded(let attachment): ended.append(attachment)
            case .header, .text, .defect: break
            }
        }
        let attachments = mail.attachments
        #expect(contents == attachments.map { Array($0.content) }, "\(name)")
        #expect(ended.map(\.size) == attachments.map(\.size), "\(name)")
        #expect(try ended.map { try $0.checksum } == attachments.map { try $0.checksum }, "\(name)")
        #expect(ended.map(\.part.filename) == attachments.map(\.filename), "\(name)")
        #expect(ended.map(\.part.fileType) == attachments.map(\.contentType), "\(name)")
        #expect(ended.map(\.part.contentID) == attachments.map(\.contentID), "\(name)")
        #expect(ended.map(\.part.contentDisposition?.kind) == attachments.map(\.contentDisposition), "\(name)")
        #expect(ended.map(\.part.isRelated) == attachments.map(\.isRelated), "\(name)")
        // An encoded message is opened by the one, and not by the other.
        for (one, other) in zip(ended, attachments) where other.part.kind == .leaf {
            #expect(one.part.partID == other.partID, "\(name)")
        }
    }

    private static let optionSets: [MailOptions] = {
        var other = MailOptions()
        other.ignoresEmbeddedMessages = true
        other.keepsDeliveryStatus = true
        other.checksumAlgorithm = .md5
        return [MailOptions(), other]
    }()

    @Test("header, texts and attachments are those of Mail, for generated mails", arguments: 0...1)
    func generated(_ options: Int) throws {
        let generator = MailGenerator(seed: 3)
        for index in 0..<(2 * MailKind.allCases.count) {
            let octets = generator.mail(at: index)
            let name = "\(generator.kind(at: index)) \(index)"
            try expectLikeMail(octets, every: 1000, name, Self.optionSets[options])
        }
    }

    @Test("header, texts and attachments are those of Mail, for the corpora", .enabled(if: Corpora.isPresent))
    func corpora() throws {
        for url in Corpora.messages {
            let octets = Array(try Data(contentsOf: url))
            for options in Self.optionSets { try expectLikeMail(octets, every: 700, url.lastPathComponent, options) }
        }
    }

    private static let pieces = [
        "Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
        "--b\r\n\r\none\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        "AAAA", "BBBB\r\n--b\r\n", "Content-Type: text/html\r\n\r\n<p>two", "\r\n--b--\r\n",
    ]

    /// The events as short words.
    private static func word(_ event: MailEvent) -> String {
        switch event {
        case .header(let header): "header \(header.subject ?? "")"
        case .text(let text): "\(text.isHTML ? "html" : "text") \(text.text)"
        case .attachmentBegan(let part): "began \(part.filename ?? "")"
        case .attachmentContent(let bytes): "content \(bytes.count)"
        case .attachmentEnded(let attachment): "ended \(attachment.size)"
        case .defect(let defect): "defect \(defect.code.rawValue)"
        }
    }

    @Test("each part is handed on as soon as it has come")
    func earliest() {
        var reader = MailReader()
        let words = Self.pieces.map { reader.receive(MessageBytes($0)).map(Self.word) }
        #expect(
            words == [
                ["header s"], ["text one", "began a.pdf"], ["content 3"], ["content 3", "ended 6"], [],
                ["html <p>two"],
            ])
        #expect(reader.finish().isEmpty)
    }

    /// Pieces that are counted when they are taken.
    private struct Chunks: AsyncSequence {
        struct Lost: Error {}

        final class Count: Sendable {
            let taken = Mutex(0)
        }

        let count = Count()
        var failsAt = Int.max

        struct AsyncIterator: AsyncIteratorProtocol {
            let count: Count
            let failsAt: Int

            mutating func next() async throws(Lost) -> MessageBytes? {
                let index = count.taken.withLock { taken in
                    taken += 1
                    return taken - 1
                }
                if index == failsAt { throw Lost() }
                return index < MailReaderTests.pieces.count ? MessageBytes(MailReaderTests.pieces[index]) : nil
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(count: count, failsAt: failsAt) }
    }

    @Test("no chunk is asked for before what the last one gave is taken")
    func backPressure() async throws {
        let chunks = Chunks()
        var taken: [(String, Int)] = []
        for try await event in MailEvents(of: chunks) {
            taken.append((Self.word(event), chunks.count.taken.withLock { $0 }))
        }
        #expect(
            taken.map(\.0) == [
                "header s", "text one", "began a.pdf", "content 3", "content 3", "ended 6", "html <p>two",
            ])
        #expect(taken.map(\.1) == [1, 2, 2, 3, 4, 4, 6])
    }

    @Test("an error of the source is thrown as it is, behind the events of what came before")
    func failure() async {
        var words: [String] = []
        await #expect(throws: Chunks.Lost.self) {
            for try await event in MailEvents(of: Chunks(failsAt: 2)) { words.append(Self.word(event)) }
        }
        #expect(words == ["header s", "text one", "began a.pdf"])
    }

    @Test("a text larger than is kept comes as an attachment, whole")
    func largeText() {
        var reader = MailReader(textBytes: 10)
        let words = (reader.receive(MessageBytes("A: b\n\n12345")) + reader.receive(MessageBytes("678901234")))
            .map(Self.word)
        #expect(words == ["header ", "began ", "content 5", "content 9"])
        #expect(reader.finish().map(Self.word) == ["ended 14"])
    }

    @Test("a mail that ends in mid-part gives what came, and says so")
    func truncated() {
        let octets = Array(Self.pieces.prefix(3).joined().utf8)
        #expect(
            events(octets, every: 5).map(Self.word).suffix(3) == [
                "content 3", "ended 3", "defect multipartNeverClosed",
            ])
    }

    @Test("nothing at all is a mail without a header")
    func empty() {
        var reader = MailReader()
        #expect(reader.finish().map(Self.word) == ["header ", "text "])
    }

    @Test("a reader that has finished a mail reads the next")
    func nextMail() {
        var reader = MailReader()
        for _ in 0..<2 {
            let words = Self.pieces.flatMap { reader.receive(MessageBytes($0)) } + reader.finish()
            #expect(words.count == 7)
        }
    }
}
