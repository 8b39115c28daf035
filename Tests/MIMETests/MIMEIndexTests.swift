import Foundation
import Testing

@testable import MIME

@Suite("The index of a message")
struct MIMEIndexTests {
    private func parse(_ octets: [UInt8]) -> MIMEDocument {
        NativeMIMEParser().parse(MessageBytes(octets), limits: MIMELimits())
    }

    private func expectEqual(_ one: MIMEDocument, _ other: MIMEDocument, _ name: String) {
        #expect(one.partCount == other.partCount, "\(name)")
        for (part, reopened) in zip(one.parts, other.parts) {
            #expect(
                part.kind == reopened.kind && part.depth == reopened.depth && part.partID == reopened.partID, "\(name)")
            #expect(part.transferEncoding == reopened.transferEncoding, "\(name)")
            #expect(part.range == reopened.range && part.bodyRange == reopened.bodyRange, "\(name)")
            #expect(part.headers.map(\.name) == reopened.headers.map(\.name), "\(name)")
            #expect(part.headers.map(\.text) == reopened.headers.map(\.text), "\(name)")
            #expect(Array(part.decodedBody().bytes) == Array(reopened.decodedBody().bytes), "\(name)")
        }
    }

    private static let nested = Array(
        ("Content-Type: multipart/mixed; boundary=b\r\nSubject: x\r\n\r\n--b\r\nA: b\r\n\r\none\r\n--b\r\nContent-Type: message/rfc822\r\n"
            + "Content-Transfer-Encoding: base64\r\n\r\n\(Data("C: d\r\n\r\ntwo".utf8).base64EncodedString())\r\n--b\r\n"
            + "Content-Type: message/rfc822\r\n\r\nE: f\r\n\r\nthree\r\n--b--\r\n").utf8)

    @Test("a message of the corpora is opened again as it was parsed", .enabled(if: Corpora.isPresent))
    func corpora() throws {
        for url in Corpora.messages {
            let octets = Array(try Data(contentsOf: url))
            let document = parse(octets)
            let index = try #require(MIMEIndex(document))
            expectEqual(document, try MIMEIndex(octets: index.octets).open(MessageBytes(octets)), url.lastPathComponent)
        }
    }

    @Test("parts in messages that were encoded are opened again")
    func encoded() throws {
        let document = parse(Self.nested)
        #expect(document.partCount == 6)
        let index = try #require(MIMEIndex(document))
        expectEqual(document, try index.open(MessageBytes(Self.nested)), "nested")
        #expect(index.octets.count < 90)
    }

    @Test("an empty message has an index")
    func empty() throws {
        let index = try #require(MIMEIndex(parse([])))
        #expect(try index.open(MessageBytes([UInt8]())).partCount == 1)
    }

    @Test("an index of another message is refused")
    func otherMessage() throws {
        let index = try #require(MIMEIndex(parse(Self.nested)))
        var other = Self.nested
        other[3] ^= 1
        #expect(throws: MIMEIndexError.otherMessage) { try index.open(MessageBytes(other)) }
        #expect(throws: MIMEIndexError.otherMessage) { try index.open(MessageBytes(Self.nested + [0x0A])) }
    }

    @Test("an index that is cut anywhere, or goes on behind its end, is refused")
    func cut() throws {
        let octets = try #require(MIMEIndex(parse(Self.nested))).octets
        for end in 0..<octets.count {
            #expect(throws: MIMEIndexError.self) {
                try MIMEIndex(octets: Array(octets[..<end])).open(MessageBytes(Self.nested))
            }
        }
        #expect(throws: MIMEIndexError.damaged) { try MIMEIndex(octets: octets + [0]).open(MessageBytes(Self.nested)) }
        #expect(throws: MIMEIndexError.unknownVersion) {
            try MIMEIndex(octets: [9] + octets.dropFirst()).open(MessageBytes(Self.nested))
        }
    }

    @Test("whatever a damaged index says, parts lie within the message and within each other")
    func damaged() throws {
        let octets = try #require(MIMEIndex(parse(Self.nested))).octets
        let message = MessageBytes(Self.nested)
        var opened = 0
        for place in octets.indices {
            for value in UInt8.min...UInt8.max where value != octets[place] {
                var damaged = octets
                damaged[place] = value
                guard let document = try? MIMEIndex(octets: damaged).open(message) else { continue }
                opened += 1
                for part in document.parts {
                    let whole = document.bytes(of: part.record.whole)
                    #expect(part.body.count <= whole.count && whole.count <= message.count)
                    if let range = part.range, let outer = part.parent?.bodyRange {
                        #expect(outer.contains(range) || range.isEmpty)
                    }
                    for field in part.headers {
                        #expect(field.name.utf8.count + field.rawValue.count <= 3 * whole.count)
                    }
                }
            }
        }
        #expect(opened > 0, "some damage can be seen only by parsing")
    }

    @Test("limits hold for what is opened")
    func limits() throws {
        let index = try #require(MIMEIndex(parse(Self.nested)))
        for change: @Sendable (inout MIMELimits) -> Void in [
            { $0.parts = 5 }, { $0.depth = 2 }, { $0.headerFields = 3 }, { $0.embeddedBytes = 10 },
        ] {
            var limits = MIMELimits()
            change(&limits)
            #expect(throws: MIMEIndexError.overLimit) { try index.open(MessageBytes(Self.nested), limits: limits) }
        }
    }
}
