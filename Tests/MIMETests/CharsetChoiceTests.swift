import ByteCoding
import Glibc
import Testing

@testable import MIME

/// A body, how it is declared, and how it is read.
struct CharsetCase: CustomTestStringConvertible, Sendable {
    var rule: String
    var type = "text/plain"
    var octets: [UInt8]
    var text: String
    var charset: String
    var source: CharsetSource
    var defect: MIMEDefect.Code?

    var testDescription: String { rule }

    static let all = [
        CharsetCase(
            rule: "the declared charset counts", type: "text/plain; charset=ISO-8859-15", octets: [0xA4], text: "€",
            charset: "iso-8859-15", source: .declared),
        CharsetCase(
            rule: "ISO-8859-1 is read as Windows-1252", type: "text/plain; charset=ISO-8859-1",
            octets: [0x93, 0xE4, 0x94], text: "“ä”", charset: "iso-8859-1", source: .declared),
        CharsetCase(
            rule: "a declared charset keeps counting where octets are damaged", type: "text/plain; charset=UTF-8",
            octets: [0x61, 0xFF, 0x62], text: "a\u{FFFD}b", charset: "utf-8", source: .declared,
            defect: .damagedCharset),
        CharsetCase(
            rule: "an unknown charset is a defect, and UTF-8 is known by its form",
            type: "text/plain; charset=x-none", octets: Array("naïve".utf8), text: "naïve", charset: "utf-8",
            source: .validUTF8, defect: .unknownCharset),
        CharsetCase(
            rule: "ASCII with 8-bit octets is not ASCII", type: "text/plain; charset=us-ascii",
            octets: Array("naïve".utf8), text: "naïve", charset: "utf-8", source: .validUTF8, defect: .damagedCharset),
        CharsetCase(
            rule: "a byte order mark is not part of the text", octets: [0xEF, 0xBB, 0xBF, 0x61], text: "a",
            charset: "utf-8", source: .byteOrderMark),
        CharsetCase(
            rule: "a byte order mark tells UTF-16", octets: [0xFF, 0xFE, 0x61, 0, 0x0D, 0, 0x0A, 0, 0xAC, 0x20],
            text: "a\n€", charset: "utf-16", source: .byteOrderMark),
        CharsetCase(
            rule: "the byte order mark of declared UTF-8 goes too", type: "text/plain; charset=utf-8",
            octets: [0xEF, 0xBB, 0xBF, 0x61], text: "a", charset: "utf-8", source: .declared),
        CharsetCase(
            rule: "HTML may name its charset", type: "text/html",
            octets: Array("<html><META charset=\"koi8-r\"><p>".utf8) + [0xC4, 0xC1],
            text: "<html><META charset=\"koi8-r\"><p>да", charset: "koi8-r", source: .htmlMeta),
        CharsetCase(
            rule: "HTML may name its charset by http-equiv", type: "text/html",
            octets: Array("<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>".utf8) + [0xE4],
            text: "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>д",
            charset: "windows-1251", source: .htmlMeta),
        CharsetCase(
            rule: "plain text names no charset in itself", octets: Array("<meta charset=koi8-r> x".utf8),
            text: "<meta charset=koi8-r> x", charset: "utf-8", source: .validUTF8),
        CharsetCase(
            rule: "what nothing names is Windows-1252 at last", octets: [0x80], text: "€", charset: "windows-1252",
            source: .fallback),
    ]
}

@Suite("The charset of a text part (RFC 2046 §4.1.2)")
struct CharsetChoiceTests {
    private func read(_ octets: [UInt8], as type: String) throws -> DecodedText {
        try Mail(MessageBytes(Array("Content-Type: \(type)\r\n\r\n".utf8) + octets)).document.root.decodedText()
    }

    @Test("is chosen by the first that tells it", arguments: CharsetCase.all)
    func choice(_ example: CharsetCase) throws {
        let read = try read(example.octets, as: example.type)
        #expect(read.text == example.text)
        #expect(read.charset == example.charset)
        #expect(read.charsetSource == example.source)
        #expect(read.defect == example.defect)
    }

    @Test("a stateful charset begins anew with each part, and ends where the octets do")
    func stateful() throws {
        let japanese: [UInt8] = [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x4B, 0x5C]
        for _ in 0..<2 {
            #expect(try read(japanese, as: "text/plain; charset=iso-2022-jp").text == "日本")
            #expect(try read(Array("a".utf8), as: "text/plain; charset=iso-2022-jp").text == "a")
        }
    }

    @Test("of more converters than are kept, the one unused for the longest goes")
    func idleConverters() {
        let idle = IdleConverters(limit: 2)
        for name in ["koi8-r", "euc-jp", "big5"] {
            // Each is opened here and closed by `idle`, or below.
            if let converter = unsafe iconv_open("UTF-8", name) { unsafe idle.give(converter, name) }
        }
        for (name, isKept) in [("koi8-r", false), ("big5", true), ("euc-jp", true), ("euc-jp", false)] {
            let converter = unsafe idle.take(name)
            #expect(unsafe (converter != nil) == isKept, "\(name)")
            if let converter = unsafe converter { unsafe iconv_close(converter) }
        }
    }

    @Test("texts in many charsets come out right, on any thread")
    func manyCharsets() async throws {
        // 日本 or ж, as each charset has it, and half a character.
        let texts: [(charset: String, octets: [UInt8], text: String)] = [
            ("koi8-r", [0xD6], "ж"), ("windows-1251", [0xE6], "ж"), ("iso-8859-5", [0xD6], "ж"), ("cp866", [0xA6], "ж"),
            ("maccyrillic", [0xE6], "ж"), ("euc-jp", [0xC6, 0xFC, 0xCB, 0xDC], "日本"),
            ("shift_jis", [0x93, 0xFA, 0x96, 0x7B], "日本"), ("big5", [0xA4, 0xE9, 0xA5, 0xBB], "日本"),
            ("gb18030", [0xC8, 0xD5, 0xB1, 0xBE], "日本"), ("euc-kr", [0xEC, 0xED, 0xDC, 0xE2], "日本"),
            ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x46, 0x7C], "日"), ("euc-jp", [0xC6, 0xFC, 0xCB], "日\u{FFFD}"),
            ("iso-8859-15", [0xA4], "€"),
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in 0..<4 {
                group.addTask {
                    for round in 0..<50 {
                        let (charset, octets, text) = texts[(first * 5 + round) % texts.count]
                        let found = try read(octets, as: "text/plain; charset=\(charset)").text
                        #expect(found == text, "\(charset)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    #if CharsetDetection
        @Test("what nothing names is guessed from longer text")
        func detection() throws {
            let russian =
                "Съешь же ещё этих мягких французских булок, да выпей чаю. Широкая электрификация южных губерний."
            let octets = russian.unicodeScalars.map { scalar -> UInt8 in
                switch scalar.value {
                case 0x410...0x44F: UInt8(scalar.value - 0x410 + 0xC0)
                case 0x451: 0xB8
                default: UInt8(scalar.value)
                }
            }
            let read = try read(octets, as: "text/plain")
            #expect(read.text == russian)
            #expect(read.charsetSource == .detected)
        }

        @Test("escapes of ISO-2022-JP are recognised although they look like ASCII")
        func detectedEscapes() throws {
            let japanese: [UInt8] = [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x4B, 0x5C, 0x1B, 0x28, 0x42]
            let read = try read(japanese, as: "text/plain")
            #expect(read.text == "日本")
            #expect(read.charsetSource == .detected)
        }
    #endif
}

@Suite("Charsets")
struct CharsetTests {
    @Test("words of many languages are read as Python writes them")
    func words() throws {
        let python = try #require(PythonScript("charsets"))
        let lines = try #require(try python.lines([]))
        #expect(lines.count > 50)
        for line in lines {
            let fields = line.split(separator: " ")
            let decoded = Charset(String(fields[0])).read(try #require(Hexadecimal.decode(fields[1].utf8)))
            #expect(decoded?.utf8 == Hexadecimal.decode(fields[2].utf8), "\(fields[0])")
            #expect(decoded?.defect == nil, "\(fields[0])")
        }
    }

    @Test(
        "no name of a charset reaches what else the C library's converter can do",
        arguments: [
            "utf-8//IGNORE", "ascii//TRANSLIT", "", "/", "a/b", "\u{0}", String(repeating: "a", count: 100_000),
        ])
    func names(_ name: String) {
        #expect(Charset(name).read([0x61, 0xE4]) == nil)
        #expect(Charset(name).decode([0x61, 0xE4]).text == "aä")
    }

    @Test(
        "octets of any value in any charset become text",
        arguments: ["hz-gb-2312", "iso-2022-jp", "utf-7", "utf-16", "gb18030"])
    func noise(_ name: String) {
        var state: UInt64 = 42
        for length in 0..<300 {
            let octets = (0..<length).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 40)
            }
            #expect(Charset(name).decode(octets).utf8.isUTF8)
        }
    }
}
