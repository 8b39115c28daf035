import Foundation
import MailGenerator
import SeededRandom
import Testing

@testable import MIME

@Suite("A message in pieces")
struct StreamScannerTests {
    /// What a parser finds, whichever way it was told.
    private struct Outline: Equatable {
        struct Part: Equatable {
            var partID: String?
            var depth: Int
            var kind: MIMEPart.Kind
            var encoding: TransferEncoding
            var type: String
            var fields: [[UInt8]]
            var range: Range<Int>
            var bodyRange: Range<Int>
            var content: [UInt8]
        }

        var parts: [Part] = []
        var defects: [MIMEDefect] = []
    }

    /// Told by `decodedBody()` in a document.
    private static let contentDefects: Set<MIMEDefect.Code> = [
        .damagedBase64, .base64WithoutPadding, .damagedQuotedPrintable,
    ]

    /// Of the whole message, with embedded messages that are encoded left as they are.
    private static func whole(_ octets: [UInt8], _ limits: MIMELimits) -> Outline {
        var limits = limits
        limits.embeddedBytes = -1
        let document = NativeMIMEParser().parse(MessageBytes(octets), limits: limits)
        var outline = Outline()
        outline.defects = document.defects.filter { $0.code != .tooManyEmbeddedBytes }
        for part in document.parts {
            let wasMultipart = document.defects.contains { $0.part == part.index && $0.code == .multipartWithoutParts }
            outline.parts.append(
                Outline.Part(
                    partID: wasMultipart ? nil : part.partID, depth: part.depth, kind: part.kind,
                    encoding: part.transferEncoding, type: part.contentType.mediaType,
                    fields: part.headers.map { Array($0.rawLine) }, range: part.range ?? 0..<0,
                    bodyRange: part.bodyRange ?? 0..<0,
                    content: part.kind == .leaf ? Array(part.decodedBody().bytes) : []))
        }
        return outline
    }

    /// Of the message pushed in `pieces`.
    private static func pieces(_ pieces: some Sequence<ArraySlice<UInt8>>, _ limits: MIMELimits) -> Outline {
        var scanner = StreamScanner(limits)
        var outline = Outline()
        for piece in pieces { collect(scanner.receive(MessageBytes(piece)), &outline) }
        collect(scanner.finish(), &outline)
        return outline
    }

    private static func collect(_ events: [StreamScanner.Event], _ outline: inout Outline) {
        for event in events {
            switch event {
            case .began(let part):
                #expect(part.index == outline.parts.count)
                outline.parts.append(
                    Outline.Part(
                        partID: part.partID, depth: part.depth, kind: part.kind, encoding: part.transferEncoding,
                        type: part.contentType.mediaType, fields: part.headers.map { Array($0.rawLine) },
                        range: 0..<0, bodyRange: 0..<0, content: []))
            case .content(let bytes, let part): outline.parts[part].content += Array(bytes)
            case .ended(let part, let kind, let range, let bodyRange):
                if kind != outline.parts[part].kind { outline.parts[part].partID = nil }
                outline.parts[part].kind = kind
                outline.parts[part].range = range
                outline.parts[part].bodyRange = bodyRange
                if kind != .leaf { outline.parts[part].content = [] }
            case .defect(let defect):
                if !contentDefects.contains(defect.code) { outline.defects.append(defect) }
            }
        }
    }

    private static func cut(_ octets: [UInt8], every length: Int) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: octets.count, by: length).map { octets[$0..<min($0 + length, octets.count)] }
    }

    private func expectSame(_ octets: [UInt8], every length: Int, _ name: String, _ limits: MIMELimits = MIMELimits()) {
        let whole = Self.whole(octets, limits)
        let cut = Self.pieces(Self.cut(octets, every: length), limits)
        expectSame(whole, cut, "\(name), cut every \(length)")
    }

    private func expectSame(_ whole: Outline, _ cut: Outline, _ name: String) {
        guard whole != cut else { return }
        #expect(whole.parts.count == cut.parts.count, "\(name)")
        for (one, other) in zip(whole.parts, cut.parts) where one != other {
            Issue.record("\(name): \(one)\nand in pieces \(other)")
            return
        }
        // A multipart that turns out to have no parts has ended only when that is known.
        let order = { (defects: [MIMEDefect]) in
            defects.sorted { ($0.part, $0.code.rawValue) < ($1.part, $1.code.rawValue) }
        }
        #expect(order(whole.defects) == order(cut.defects), "\(name)")
    }

    static let nested = Array(
        ("From x\r\nContent-Type: multipart/mixed; boundary=\"b \"\r\nstray\r\nSubject: x\r\n\ty\r\n\r\npreamble\r\n-\r\n--b2\r\n--b \r\n"
            + "Content-Type: multipart/digest; boundary=bb\r\nA : b\r\n\r\n--bb\r\n\r\nS: 1\r\n\r\n1\r\n--bb\r\n\r\nS: 2\n\n2\n--bb--\r\n"
            + "epilogue\r\n--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nb25l\r\nIHR3bw=\r\n--b\r\n"
            + "Content-Type: multipart/alternative; boundary=c\r\n\r\nno parts\r\n--c--\r\nat all\r\n--b\r\n"
            + "Content-Type: message/rfc822\r\n\r\nE: f\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3D=\r\nb=\r\n--b--\r\n\r\n--b\r\n")
            .utf8)

    @Test("a message cut anywhere into two is read as the whole one (RFC 2046 §5.1.1)")
    func everyCut() {
        let whole = Self.whole(Self.nested, MIMELimits())
        #expect(whole.parts.count == 11)
        for place in 0...Self.nested.count {
            expectSame(
                whole, Self.pieces([Self.nested[..<place], Self.nested[place...]], MIMELimits()), "cut at \(place)")
        }
    }

    @Test("a message cut into pieces of one size is read as the whole one", arguments: 1...40)
    func everySize(_ length: Int) {
        expectSame(Self.nested, every: length, "nested")
    }

    @Test("a message of the corpora is read the same in pieces", .enabled(if: Corpora.isPresent))
    func corpora() throws {
        for url in Corpora.messages {
            let octets = Array(try Data(contentsOf: url))
            for length in [octets.count < 20_000 ? 1 : 61, 7, 64, 1460, 65_536] {
                expectSame(octets, every: length, url.lastPathComponent)
            }
        }
    }

    @Test("a generated mail is read the same in pieces")
    func generated() {
        let generator = MailGenerator(seed: 7)
        for index in 0..<(3 * MailKind.allCases.count) {
            let octets = generator.mail(at: index)
            for length in [97, 1460, 16_384] {
                expectSame(octets, every: length, "\(generator.kind(at: index)) \(index)")
            }
        }
    }

    @Test("anything at all is read the same in pieces, under limits too", arguments: 0..<8)
    func noise(_ seed: UInt64) {
        var random = RandomSource(seed: seed, index: 0)
        let words = [
            "\n", "\r\n", "\r", "--", "--b", "--b--", "--bb", "-", "Content-Type: ", "multipart/mixed; boundary=b",
            "multipart/digest; boundary=bb", "message/rfc822", "text/plain", " ", ":", "A: b\n", "\n\n", "x", "=3D=\n",
            "Content-Transfer-Encoding: base64\n", "Content-Transfer-Encoding: quoted-printable\n", "YQ==", "From x\n",
            "\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", "stray\n", "\t",
        ]
        for _ in 0..<TestLevel.rounds(400, quick: 100) {
            var limits = MIMELimits()
            if Bool.random(using: &random) {
                limits.depth = Int.random(in: 1...5, using: &random)
                limits.parts = Int.random(in: 1...6, using: &random)
                limits.headerFields = Int.random(in: 1...8, using: &random)
                limits.headerBytes = Int.random(in: 1...200, using: &random)
            }
            let octets = (0..<Int.random(in: 1...50, using: &random)).flatMap { _ in
                Array(words.randomElement(using: &random)?.utf8 ?? "".utf8)
            }
            for length in [1, 2, 3, 5, 8, 13, 1000] {
                expectSame(octets, every: length, String(decoding: octets, as: UTF8.self).debugDescription, limits)
            }
        }
    }

    @Test("a field longer than is kept is dropped while it arrives, octet by octet, and what follows is read")
    func endlessField() {
        var limits = MIMELimits()
        limits.headerBytes = 1000
        var scanner = StreamScanner(limits)
        var outline = Outline()
        var largest = 0
        Self.collect(scanner.receive(MessageBytes("A: b\nContent-Type: ")), &outline)
        for _ in 0..<300_000 {
            Self.collect(scanner.receive(MessageBytes("x")), &outline)
            largest = max(largest, scanner.window.octets.count)
        }
        #expect(largest <= DelimiterLine.limit + 10)
        Self.collect(scanner.receive(MessageBytes("\n y\nC: d\n\nbody")), &outline)
        Self.collect(scanner.finish(), &outline)
        #expect(outline.parts.map(\.content) == [Array("body".utf8)])
        #expect(outline.parts.map(\.fields) == [[Array("A: b".utf8)]])
        #expect(Set(outline.defects.map(\.code)) == [.tooManyHeaderBytes])
    }

    @Test("lines that wait for their end cost what they are long, though they come octet by octet")
    func drip() {
        let line = Array(repeating: UInt8(ascii: "x"), count: 60_000)
        let header = Array("Content-Type: multipart/mixed; boundary=b\nA".utf8)
        let octets =
            header + line + Array(":".utf8) + line + Array("\n".utf8) + line + Array("\nB: c\n\n--".utf8) + line
        expectSame(octets, every: 1, "long lines")
    }

    @Test("an attachment of any length waits for nothing")
    func longBody() {
        var scanner = StreamScanner(MIMELimits())
        var outline = Outline()
        let header = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/x\n\nx"
        Self.collect(scanner.receive(MessageBytes(header)), &outline)
        let line = MessageBytes(Array(repeating: UInt8(ascii: "-"), count: 99) + [0x0D])
        var count = 0
        var largest = 0
        for _ in 0..<100_000 {
            for case .content(let bytes, _) in scanner.receive(line) { count += bytes.count }
            largest = max(largest, scanner.window.octets.count)
        }
        #expect(largest == 1)
        #expect(count == 100_000 * 100 - 1)
    }
}
