import MessageBuffers
import Testing

@testable import MIMEMimetic

@Suite("mimetic's tree")
struct MimeticTreeTests {
    static func parse(_ text: String, bounds: MimeticBounds = MimeticBounds()) throws -> MimeticTree {
        try MimeticTree(parsing: MessageBytes(text), bounds: bounds)
    }

    /// A part as text: where it is, its header, its body.
    static func describe(_ tree: MimeticTree) -> [String] {
        (0..<tree.partCount).map { index in
            let part = tree.part(at: index)
            let fields = part.fields.map { place in
                let field = unsafe tree.field(at: place)
                return
                    unsafe "\(String(decoding: field.name, as: UTF8.self)): \(String(decoding: field.value, as: UTF8.self))"
            }
            let parent = part.parent.map(String.init) ?? "-"
            return "\(parent) [\(fields.joined(separator: ", "))] \(String(decoding: part.body))"
        }
    }

    @Test("header fields are in order and unfolded (RFC 5322 §2.2.3)")
    func headers() throws {
        let tree = try Self.parse("Subject: one\r\n two\r\nX-A: 1\r\nX-A: 2\r\n\r\nbody\r\n")
        #expect(Self.describe(tree) == ["- [Subject: one two, X-A: 1, X-A: 2] body\r\n"])
        #expect(tree.cuts.isEmpty)
    }

    @Test("parts and embedded messages are in document order (RFC 2046 §5)")
    func structure() throws {
        let tree = try Self.parse(
            """
            Content-Type: multipart/mixed; boundary=b\r
            \r
            preamble\r
            --b\r
            \r
            one\r
            --b\r
            Content-Type: message/rfc822\r
            \r
            Subject: inner\r
            \r
            two\r
            --b--\r
            epilogue\r\n
            """)
        #expect(
            Self.describe(tree) == [
                "- [Content-Type: multipart/mixed; boundary=\"b\"] ",
                "0 [] one",
                "0 [Content-Type: message/rfc822] ",
                "2 [Subject: inner] two",
            ])
        #expect((0..<tree.partCount).map { tree.part(at: $0).depth } == [0, 1, 1, 2])
        #expect(String(decoding: tree.part(at: 0).preamble) == "preamble")
        #expect(String(decoding: tree.part(at: 0).epilogue).hasPrefix("epilogue"))
    }

    @Test("names and values of every length are whole, with and without folds")
    func fieldLengths() throws {
        for length in 1...600 {
            let name = String(repeating: "n", count: length)
            let value = String(repeating: "v: ", count: length) + "v"
            for lineEnd in ["\r\n", "\n", "\r"] {
                let tree = try Self.parse(
                    [
                        "\(name): \(value)", "X-\(length):", " \(value)", "\t \(name)", "\(name) :\(name)", "Last: 1",
                        "", "body",
                    ].joined(separator: lineEnd))
                let expected = "[\(name): \(value), X-\(length):  \(value) \(name), \(name): \(name), Last: 1]"
                #expect(Self.describe(tree) == ["- \(expected) body"])
            }
        }
    }

    @Test("a field's name ends where mimetic ends it, and then the header may too")
    func fieldNames() throws {
        let cases = [
            "name with: x\r\nA: b\r\n\r\nbody": ["- [] name with: x\r\nA: b\r\n\r\nbody"],
            ":no name\r\n\t: folded\r\nA: b\r\n\r\nbody": ["- [A:  : foldedb] body"],
            "A: b\r\nC\u{1}D: e\r\n\r\nbody": ["- [A: b] C\u{1}D: e\r\n\r\nbody"],
        ]
        for (text, expected) in cases {
            #expect(Self.describe(try Self.parse(text)) == expected, "\(text.debugDescription)")
        }
    }

    @Test("levels of nesting are bounded in small messages too")
    func smallNesting() throws {
        let level = "Content-Type: message/rfc822\r\n\r\n"
        for count in [1, 60, 64, 65, 200, 1_000] {
            let tree = try Self.parse(String(repeating: level, count: count) + "Subject: a\r\n\r\n")
            #expect(count > 64 || tree.partCount == count + 1)
            #expect(tree.cuts == (tree.partCount < count + 1 ? .nesting : []), "\(count): \(tree.partCount)")
        }
    }

    @Test("bytes of the tree keep it alive, and it goes with them")
    func ownership() throws {
        weak var observed: MimeticTree?
        do {
            var body: MessageBytes?
            do {
                let tree = try Self.parse("A: b\r\n\r\n" + String(repeating: "x", count: 5000))
                observed = tree
                body = tree.part(at: 0).body
            }
            #expect(observed != nil)
            #expect(try String(decoding: #require(body)) == String(repeating: "x", count: 5000))
            body = nil
        }
        #expect(observed == nil)
    }

    @Test("NUL bytes stay in bodies")
    func nul() throws {
        let tree = try Self.parse("A: b\r\n\r\nx\u{0}y")
        #expect(Self.describe(tree) == ["- [A: b] x\u{0}y"])
    }

    @Test("an empty message is one empty part")
    func empty() throws {
        #expect(Self.describe(try Self.parse("")) == ["- [] "])
    }

    /// A message that would exhaust stack, memory or patience, and the cut that keeps it from doing so.
    struct Hostile: CustomTestStringConvertible {
        let attack: String
        let text: String
        let cut: MimeticTree.Cuts
        var testDescription: String { attack }
    }

    static let attacks = [
        Hostile(
            attack: "100,000 nested messages",
            text: String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 100_000), cut: []),
        Hostile(
            attack: "20,000 nested multiparts",
            text: (0..<20_000).map { "Content-Type: multipart/mixed; boundary=b\($0)\r\n\r\n--b\($0)\r\n" }.joined(),
            cut: .nesting),
        Hostile(attack: "a field of 1 MB", text: "A: " + String(repeating: "b", count: 1 << 20), cut: .header),
        Hostile(
            attack: "a header of 200,000 fields", text: String(repeating: "A: b\r\n", count: 200_000), cut: .header),
        Hostile(
            attack: "a header of 1 MB in a part",
            text: "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nA: "
                + String(repeating: "b", count: 1 << 20),
            cut: .header),
        Hostile(
            attack: "100,000 empty parts",
            text: "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + String(repeating: "--b\r\n", count: 100_000),
            cut: .delimiters),
        Hostile(
            attack: "a multipart without a boundary",
            text: "Content-Type: multipart/mixed\r\n\r\n" + String(repeating: "--\r\n", count: 100_000),
            cut: .delimiters),
        Hostile(
            attack: "a boundary of 60,000 bytes",
            text: "Content-Type: multipart/mixed; boundary=\(String(repeating: "a", count: 60_000))\r\n\r\n"
                + String(repeating: "a", count: 5_000_000), cut: []),
    ]

    @Test("hostile messages give a partial tree within the bounds", arguments: attacks)
    func hostile(item: Hostile) throws {
        let bounds = MimeticBounds()
        let tree = try Self.parse(item.text, bounds: bounds)
        #expect(tree.cuts.isSuperset(of: item.cut))
        #expect(!tree.cuts.isEmpty || item.cut.isEmpty)
        #expect(tree.partCount <= bounds.delimiters + bounds.totalHeaderBytes / 28)
        #expect(tree.part(at: 0).fields.reduce(0) { unsafe $0 + tree.field(at: $1).value.count } <= bounds.headerBytes)
    }

    @Test("100,000 nested messages are cut by whichever bound comes first")
    func nesting() throws {
        let tree = try Self.parse(String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 100_000))
        #expect(!tree.cuts.isDisjoint(with: [.nesting, .header]))
        #expect(tree.part(at: tree.partCount - 1).depth < 10_000)
    }

    @Test("a message beyond 32-bit counts is refused")
    func tooLarge() {
        let claimed = unsafe MessageBytes(
            unowned: UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 4096), count: 1 << 31),
            keptAliveBy: nil)
        #expect(throws: MimeticFailure.tooLarge(1 << 31)) {
            _ = try MimeticTree(parsing: claimed, bounds: MimeticBounds())
        }
    }
}
