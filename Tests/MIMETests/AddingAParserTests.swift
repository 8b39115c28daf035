import Foundation
import MIME
import Testing

@Suite("A backend from outside")
struct AddingAParserTests {
    @Test("the article's example is the code that these tests compile")
    func example() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let article = try String(
            contentsOf: tests.appending(path: "../../Sources/MIME/MIME.docc/AddingAParser.md"), encoding: .utf8)
        let code = try String(contentsOf: tests.appending(path: "HeaderOnlyParser.swift"), encoding: .utf8)
        #expect(article.contains("```swift\n\(code)```"))
    }

    @Test("needs one type to give headers, text and content")
    func reads() throws {
        let text =
            "Subject: =?utf-8?q?=C3=A4?=\r\n x\r\nContent-Transfer-Encoding: base64\r\nFrom: a@b\r\n\r\nSGVsbG8=\r\n"
        let mail = try Mail(MessageBytes(text), parser: HeaderOnlyParser())
        #expect(mail.document.backend == "header-only")
        #expect(mail.subject == "ä x")
        #expect(mail.text == "Hello")
        #expect(mail.from.text == "a@b")
        #expect(mail.document.root.bodyRange.map { $0.count } == 10)
        #expect(String(decoding: mail.document.root.body) == "SGVsbG8=\r\n")
        let short = try HeaderOnlyParser().parse(MessageBytes("no header"))
        #expect(short.root.headers.isEmpty)
        var limits = MIMELimits()
        limits.headerFields = 1
        #expect(
            try HeaderOnlyParser().parse(MessageBytes(text), limits: limits).defects.map(\.code) == [
                .tooManyHeaderFields
            ])
    }

    @Test("may hand over fields and bodies of its own, which live as long as the document")
    func owned() throws {
        func build() -> MIMEDocument {
            var builder = MIMEDocumentBuilder(MessageBytes("message"), backend: "own")
            let root = builder.addPart(in: nil, .multipart, .sevenBit)
            builder.addField(name: MessageBytes("Subject"), value: MessageBytes(" own"))
            let child = builder.addPart(in: root, .leaf, .quotedPrintable)
            builder.setBody(MessageBytes("=41"), of: child)
            builder.note(.multipartNeverClosed, at: nil, in: root)
            return MIMEDocument(builder)
        }
        let document = build()
        #expect(document.root.headers.first("subject")?.text == "own")
        #expect(document.root.children.map { String(decoding: $0.decodedBody().bytes) } == ["A"])
        #expect(document.root.children.first?.range == nil)
        #expect(document.defects.map(\.code) == [.multipartNeverClosed])
    }

    @Test("may name an owner of memory beside what it hands over: both live as long as the document")
    func ownedTwice() {
        final class Owner: Sendable {}
        func build() -> (MIMEDocument, Weak) {
            let owner = Owner()
            var builder = MIMEDocumentBuilder(MessageBytes("message"), backend: "own", owner: owner)
            let root = builder.addPart(in: nil, .leaf, .sevenBit)
            builder.setBody(MessageBytes("body"), of: root)
            return (MIMEDocument(builder), Weak(owner: owner))
        }
        struct Weak {
            weak var owner: Owner?
        }
        let (document, weak) = build()
        #expect(weak.owner != nil)
        #expect(String(decoding: document.root.body) == "body")
    }
}
