import Foundation
import Testing

@testable import MIME

@Suite("Messages of the corpora", .enabled(if: Corpora.isPresent))
struct CorpusTests {
    /// Every LF that has no CR before it gets one.
    private func withCRLF(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for (index, octet) in octets.enumerated() {
            if octet == 0x0A, index == 0 || octets[index - 1] != 0x0D { result.append(0x0D) }
            result.append(octet)
        }
        return result
    }

    @Test("each is read without a loss of octets, and alike with either line end")
    func readsAll() throws {
        let messages = Corpora.messages
        #expect(messages.count > 80)
        for url in messages {
            let octets = Array(try Data(contentsOf: url))
            let asIs = try Mail(MessageBytes(octets))
            let crlf = try Mail(MessageBytes(withCRLF(octets)))
            #expect(
                asIs.document.parts.map(\.contentType) == crlf.document.parts.map(\.contentType),
                "\(url.lastPathComponent)")
            for part in asIs.document.parts {
                if part.isInEncodedMessage {
                    #expect(part.bodyRange == nil)
                } else {
                    let range = try #require(part.bodyRange)
                    #expect(Array(part.body) == Array(octets[range]))
                }
            }
            var line: [UInt8] = []
            asIs.writeJSON(source: url.lastPathComponent, into: &line)
            #expect(throws: Never.self, "\(url.lastPathComponent)") {
                try JSONSerialization.jsonObject(with: Data(line))
            }
        }
    }

    @Test("the structure is that of mime4j")
    func structure() throws {
        let reviewed = try Deviations.rows("mime4j-structure")
        var differing: [String: String] = [:]
        var total = 0
        for url in Corpora.messages where url.pathExtension == "msg" {
            let xml = url.deletingPathExtension().appendingPathExtension("xml")
            guard let data = try? Data(contentsOf: xml) else { continue }
            total += 1
            let document = NativeMIMEParser().parse(
                MessageBytes(Array(try Data(contentsOf: url))), limits: MIMELimits())
            let mine = document.parts.map { "\($0.kind)" }
            let theirs = Self.kinds(String(decoding: data, as: UTF8.self))
            if mine != theirs { differing[url.lastPathComponent] = "\(mine), not \(theirs)" }
        }
        print("mime4j structure: \(total - differing.count) of \(total) agree, \(reviewed.count) reviewed deviations")
        #expect(Set(differing.keys) == Set(reviewed.map(\.item)), "\(differing)")
        #expect(total > 30)
    }

    /// The kinds of parts in document order. A message or body-part holds a body, a multipart or a message.
    private static func kinds(_ xml: String) -> [String] {
        var kinds: [String] = []
        for piece in xml.split(separator: "<").map({ $0.prefix { $0 != ">" } }) {
            switch piece {
            case "message":
                // A message within an entity makes that entity one that holds a message.
                if let last = kinds.last, last == "open" { kinds[kinds.count - 1] = "message" }
                kinds.append("open")
            case "body-part": kinds.append("open")
            case "multipart": if kinds.last == "open" { kinds[kinds.count - 1] = "multipart" }
            case "body", "body/": if kinds.last == "open" { kinds[kinds.count - 1] = "leaf" }
            default: break
            }
        }
        return kinds.map { $0 == "open" ? "leaf" : $0 }
    }
}

extension MIMEPart {
    fileprivate var isInEncodedMessage: Bool {
        var outer = parent
        while let part = outer {
            if part.kind == .message, !part.transferEncoding.isIdentity { return true }
            outer = part.parent
        }
        return false
    }
}
