import Foundation
import MailStoresTestSupport
import Testing

@testable import MailStores

@Suite("A Maildir is read while others use it")
struct MaildirReaderTests {
    private func makeMaildir(_ files: [String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["cur", "new", "tmp"] {
            try FileManager.default.createDirectory(
                atPath: folder[name], withIntermediateDirectories: true, attributes: nil)
        }
        for name in files { try folder.write(Array(name.utf8), to: name) }
        return folder
    }

    private func read(_ reader: inout MaildirReader) throws -> [String] {
        var found: [String] = []
        while let message = try reader.nextMessage() {
            let text = String(decoding: message.bytes, as: UTF8.self)
            found.append("\(message.uniqueName) \(message.flags.text) \(message.isNew) \(text)")
        }
        return found
    }

    @Test("messages come with their flags, those of cur first, and none of tmp")
    func messages() throws {
        let folder = try makeMaildir(["new/3.h", "cur/1.h:2,SF", "cur/2.h", "tmp/4.h", "new/.nfs"])
        var reader = try MaildirReader(path: folder.path)
        #expect(reader.count == 3)
        #expect(
            try read(&reader) == ["1.h FS false cur/1.h:2,SF", "2.h  false cur/2.h", "3.h  true new/3.h"])
    }

    @Test("a message that is renamed meanwhile is found, and one that is deleted left out")
    func changes() throws {
        let folder = try makeMaildir(["cur/1.h:2,", "cur/2.h:2,", "new/3.h"])
        var reader = try MaildirReader(path: folder.path)
        try FileManager.default.moveItem(atPath: folder["cur/1.h:2,"], toPath: folder["cur/1.h:2,R"])
        try FileManager.default.removeItem(atPath: folder["cur/2.h:2,"])
        try FileManager.default.moveItem(atPath: folder["new/3.h"], toPath: folder["cur/3.h:2,S"])
        #expect(try read(&reader) == ["1.h R false cur/1.h:2,", "3.h S false new/3.h"])
    }

    @Test("a folder that is no Maildir is refused")
    func refused() throws {
        let folder = try TemporaryFolder()
        #expect(
            throws: SinkError.unsuitable(
                path: folder.path, reason: "this is no Maildir: it has no directories cur and new")
        ) { try MaildirReader(path: folder.path) }
    }

    @Test(
        "flags are the letters after :2, and written in their order",
        arguments: [
            ("1.h:2,TSRPFD", "DFPRST"), ("1.h:2,", ""), ("1.h", ""), ("1.h:1,S", ""), ("1.h:2,SaZ", "S"),
            ("a:b:2,S", ""),
        ])
    func flags(_ name: String, _ text: String) {
        #expect(MaildirFlags(fileName: name).text == text)
    }
}
