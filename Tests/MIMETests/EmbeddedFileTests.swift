import ByteCoding
import Testing

@testable import MIME

@Suite("Files within text")
struct EmbeddedFileTests {
    private func find(_ text: String) -> [EmbeddedFile] { EmbeddedFiles.find(in: MessageBytes(text)) }

    @Test("files of many lengths are decoded as Python encodes them")
    func lengths() throws {
        let python = try #require(PythonScript("embedded_files"))
        let lines = try #require(try python.lines([]))
        #expect(lines.count > 90)
        for line in lines {
            let fields = try line.split(separator: " ").map { try #require(Hexadecimal.decode($0.utf8)) }
            for (encoding, text) in [(EmbeddedFile.Encoding.uuencode, fields[1]), (.yEnc, fields[2])] {
                let body = Array("before\n".utf8) + text + Array("behind\n".utf8)
                let files = EmbeddedFiles.find(in: MessageBytes(body))
                #expect(files.map(\.encoding) == [encoding])
                #expect(files.first.map { Array($0.content) } == fields[0])
                #expect(files.first?.name == "a file.bin")
                #expect(files.first?.isDamaged == false)
                #expect(files.first?.range == 7..<(7 + text.count))
            }
        }
    }

    @Test(
        "what only looks like a file is text",
        arguments: [
            "begin", "begin the day\nwith a smile\n", "begin 644\n", "begin 999 x\n", "begin 644 x\nlower case\nend\n",
            "=ybegin line=128\n",
            "=ybegin size=x name=a\n", " begin 644 x\n#86)C\nend\n",
        ])
    func none(_ text: String) { #expect(find(text).isEmpty) }

    @Test("a file that is cut off is damaged, and keeps what is there")
    func cutOff() {
        let files = find("begin 644 x\n#86)C\nText again.\nbegin 600 y\n#86)C\n")
        #expect(files.map { String(decoding: $0.content) } == ["abc", "abc"])
        #expect(files.map(\.isDamaged) == [true, true])
        let short = find("=ybegin line=128 size=4 name=x\r\n\u{8B}")
        #expect(short.map(\.isDamaged) == [true])
    }

    @Test("a wrong checksum is damage")
    func checksum() {
        let right = find(
            "=ybegin line=128 size=1 name=x\nk\n=yend size=1 crc32=\(String(CRC32.checksum([0x41]), radix: 16))\n")
        #expect(right.map(\.isDamaged) == [false])
        #expect(right.map { String(decoding: $0.content) } == ["A"])
        #expect(find("=ybegin line=128 size=1 name=x\nk\n=yend size=1 crc32=0\n").map(\.isDamaged) == [true])
    }

    @Test(
        "numbers of any size in the header of yEnc are no more than a wrong size",
        arguments: [
            "0", "-1", "2147483648", "4294967296", "9223372036854775806", "9223372036854775807", "9223372036854775808",
            "18446744073709551616", String(repeating: "9", count: 40),
        ])
    func hugeNumbers(_ number: String) {
        for part in ["begin=0 end=\(number)", "begin=1 end=\(number)", "begin=\(number) end=\(number)"] {
            let files = find("=ybegin part=\(number) line=\(number) size=10 name=x\n=ypart \(part)\nkk\n=yend size=2\n")
            #expect(files.map { Array($0.content) } == [[0x41, 0x41]])
            #expect(files.map(\.isDamaged) == [true])
        }
        let alone = find("=ybegin line=128 size=\(number) name=x\nk\n=yend size=1\n")
        #expect(alone.allSatisfy { $0.isDamaged })
    }

    @Test("files are found in text parts, behind their transfer encoding")
    func inMail() throws {
        let mail = try Mail(
            MessageBytes(
                "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nbegin 644 x\n#86)C\nend=0A"))
        #expect(mail.embeddedFiles.map { String(decoding: $0.content) } == ["abc"])
        #expect(try Mail(MessageBytes("Content-Type: a/b\n\nbegin 644 x\n#86)C\nend\n")).embeddedFiles.isEmpty)
    }
}
