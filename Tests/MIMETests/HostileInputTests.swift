import Testing

@testable import MIME

@Suite("Hostile messages")
struct HostileInputTests {
    private func parse(_ text: String) -> MIMEDocument {
        NativeMIMEParser().parse(MessageBytes(text), limits: MIMELimits())
    }

    @Test("nesting beyond the limit gives a partial document and a defect")
    func nestedMessages() {
        let document = parse(String(repeating: "Content-Type: message/rfc822\n\n", count: 100_000))
        #expect(document.partCount <= MIMELimits().depth)
        #expect(document.defects.contains { $0.code == .tooDeep })
    }

    @Test("nested multiparts beyond the limit give a partial document and a defect")
    func nestedMultiparts() {
        let text = (0..<20_000).map { "Content-Type: multipart/mixed; boundary=\($0)\n\n--\($0)\n" }.joined()
        let document = parse(text)
        #expect(document.partCount <= MIMELimits().depth)
        #expect(document.defects.contains { $0.code == .tooDeep })
    }

    @Test("messages in quoted-printable within each other share one depth, and are decoded within one budget")
    func encodedMessages() {
        let header = "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n"
        let text = String(repeating: header, count: 5_000)
        let document = parse(text)
        #expect(document.partCount <= MIMELimits().depth)
        #expect(document.defects.contains { $0.code == .tooDeep })

        var limits = MIMELimits()
        limits.embeddedBytes = 3 * text.utf8.count
        let bounded = NativeMIMEParser().parse(MessageBytes(text), limits: limits)
        #expect(bounded.partCount == 4)
        #expect(bounded.defects.map(\.code) == [.tooManyEmbeddedBytes])
        #expect(bounded.parts.last?.kind == .leaf)
    }

    @Test("more parts than the limit give a partial document and a defect")
    func manyParts() {
        let text = "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\n", count: 200_000)
        let document = parse(text)
        #expect(document.partCount == MIMELimits().parts)
        #expect(document.defects.contains { $0.code == .tooManyParts })
    }

    @Test("more fields than the limit are left out, and the body is still found")
    func manyFields() {
        let document = parse(String(repeating: "A: b\n", count: 100_000) + "\nbody")
        #expect(document.root.headers.count == MIMELimits().headerFields)
        #expect(String(decoding: document.root.body) == "body")
        #expect(document.defects.contains { $0.code == .tooManyHeaderFields })
    }

    @Test("a header longer than the limit is left out, and the body is still found")
    func longHeader() {
        let document = parse("A: " + String(repeating: "x", count: 3 * 1024 * 1024) + "\n\nbody")
        #expect(document.root.headers.isEmpty)
        #expect(String(decoding: document.root.body) == "body")
    }

    @Test("octets of every value, NUL included, in any place do no harm", arguments: [0, 1, 2, 3, 4, 5, 6, 7])
    func noise(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        let pieces: [[UInt8]] = [
            Array("\n".utf8), Array("\r\n".utf8), Array("--b".utf8), Array("--".utf8), Array("Content-Type: ".utf8),
            Array("multipart/mixed; boundary=b".utf8), Array("message/rfc822".utf8), [0], [0xFF], Array(" ".utf8),
            Array(":".utf8), Array("=?utf-8?q?=00?=".utf8), Array("\"".utf8), Array("(".utf8), Array("<a@b>,".utf8),
        ]
        for _ in 0..<300 {
            let octets = (0..<Int(next() % 60)).flatMap { _ in pieces[Int(next() % UInt64(pieces.count))] }
            let message = MessageBytes(octets)
            let mail = try Mail(message)
            var line: [UInt8] = []
            mail.writeJSON(source: nil, into: &line)
            for part in mail.document.parts {
                let range = try #require(part.range)
                let body = try #require(part.bodyRange)
                #expect(range.lowerBound <= body.lowerBound && body.upperBound <= range.upperBound)
                if let parent = part.parent?.range { #expect(parent.contains(range) || range.isEmpty) }
            }
        }
    }

    @Test("comments nested a million deep are one comment")
    func nestedComments() {
        var parser = AddressListParser(
            MessageBytes(
                String(repeating: "(", count: 1_000_000) + "x" + String(repeating: ")", count: 1_000_000) + "a@b"),
            limit: 10)
        #expect(parser.parse().map(\.address) == ["a@b"])
    }

    @Test("addresses beyond the limit are left out")
    func manyAddresses() {
        var parser = AddressListParser(MessageBytes(String(repeating: "a@b, ", count: 200_000)), limit: 100_000)
        #expect(parser.parse().count == 100_000)
        #expect(parser.defects.contains(.tooManyAddresses))
    }

    @Test("sections of a parameter with huge numbers are left out (RFC 2231 §3)")
    func hugeSections() {
        let parameters = HeaderParameters(
            MessageBytes("a/b; n*99999999999999999999=x; n*9999999=y; n*0=a; n*1=b"), limit: 128)
        #expect(parameters.text(of: "n") == "ab")
    }

    @Test("tags without an end cost no more than other text")
    func unclosedTags() {
        #expect(!HTMLToText.convert(String(repeating: "<a \"", count: 250_000), limit: 1 << 20).isEmpty)
    }
}
