import ByteCoding
import Foundation
import Testing

@testable import MIME

@Suite("winmail.dat (MS-OXTNEF)")
struct TNEFTests {
    private struct Sample {
        let octets: [UInt8]
        /// What another reader finds: digest and name.
        let found: [String]

        init() throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-tnef-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let python = try #require(PythonScript("winmail"))
            found = try #require(try python.lines([folder.path]))
            octets = Array(try Data(contentsOf: folder.appending(path: "winmail.dat")))
        }
    }

    @Test("text, HTML, subject and files are read, the files as the program tnef reads them")
    func whole() throws {
        let sample = try Sample()
        let contents = try #require(TNEFContents(MessageBytes(sample.octets)))
        #expect(contents.subject == "Straße")
        #expect(contents.messageClass == "IPM.Note")
        #expect(contents.text == "Grüße")
        #expect(contents.html == "<p>ä</p>")
        #expect(!contents.isDamaged)
        #expect(contents.files.map(\.name) == ["a long name.txt", "zwei.bin"])
        #expect(contents.files.map(\.contentType) == ["text/plain", "application/octet-stream"])
        #expect(contents.files.map(\.contentID) == ["1@x", "1@x"])
        #expect(
            try contents.files.map {
                "\(Hexadecimal.string(try ChecksumAlgorithm.sha256.digest($0.content))) \($0.name ?? "")"
            } == sample.found)
    }

    @Test("any cut of it gives what is there, and says that something is missing")
    func cuts() throws {
        let octets = try Sample().octets
        let whole = try (6..<octets.count).count { end in
            let contents = try #require(TNEFContents(MessageBytes(Array(octets[..<end]))))
            #expect(contents.files.count <= 2)
            return !contents.isDamaged
        }
        #expect(whole == 13, "it may end before each of its attributes only")
        #expect(TNEFContents(MessageBytes(Array(octets[..<5]))) == nil)
        #expect(TNEFContents(MessageBytes(Array(octets.dropLast())))?.isDamaged == true)
    }

    @Test("any octet of it may be another")
    func damage() throws {
        let octets = try Sample().octets
        for place in octets.indices {
            var damaged = octets
            damaged[place] ^= 0xFF
            let contents = TNEFContents(MessageBytes(damaged))
            #expect(contents == nil || contents?.files.count ?? 0 <= 2)
        }
    }

    @Test("a part is recognised by its type and by its name")
    func part() throws {
        let encoded = Data(try Sample().octets).base64EncodedString()
        for type in ["application/ms-tnef", "application/octet-stream; name=winmail.dat"] {
            let mail = try Mail(
                MessageBytes("Content-Type: \(type)\nContent-Transfer-Encoding: base64\n\n\(encoded)\n"))
            #expect(mail.document.root.tnefContents?.files.count == 2)
        }
        #expect(try Mail(MessageBytes("Content-Type: application/ms-tnef\n\nx")).document.root.tnefContents == nil)
    }

    private func rtf(_ octets: [UInt8]) -> String? {
        CompressedRTF.decompress(MessageBytes(octets), 0..<octets.count).map { String(decoding: $0) }
    }

    @Test("RTF is decompressed as the examples of MS-OXRTFCP §3.1 say")
    func compressedRTF() {
        let first: [UInt8] = [
            0x2D, 0, 0, 0, 0x2B, 0, 0, 0, 0x4C, 0x5A, 0x46, 0x75, 0xF1, 0xC5, 0xC7, 0xA7, 0x03, 0x00, 0x0A, 0x00, 0x72,
            0x63,
            0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0A, 0xF3, 0x20, 0x68, 0x65, 0x6C, 0x09, 0x00, 0x20, 0x62, 0x77,
            0x05,
            0xB0, 0x6C, 0x64, 0x7D, 0x0A, 0x80, 0x0F, 0xA0,
        ]
        #expect(rtf(first) == "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n")
        let second: [UInt8] = [
            0x1A, 0, 0, 0, 0x1C, 0, 0, 0, 0x4C, 0x5A, 0x46, 0x75, 0xE2, 0xD4, 0x4B, 0x51, 0x41, 0x00, 0x04, 0x20, 0x57,
            0x58,
            0x59, 0x5A, 0x0D, 0x6E, 0x7D, 0x01, 0x0E, 0xB0,
        ]
        #expect(rtf(second) == "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}")
        #expect(rtf([0, 0, 0, 0, 3, 0, 0, 0, 0x4D, 0x45, 0x4C, 0x41, 0, 0, 0, 0, 0x61, 0x62, 0x63, 0x64]) == "abc")
        #expect(rtf([1, 2, 3]) == nil)
        #expect(rtf([UInt8](repeating: 0, count: 20)) == nil)
    }
}
