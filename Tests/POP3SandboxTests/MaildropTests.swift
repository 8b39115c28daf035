import Foundation
import POP3Sandbox
import Testing

@Suite("Maildrops")
struct MaildropTests {
    private func write(_ text: String, _ path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func contents(of maildrop: any SandboxMaildrop) throws -> [String] {
        try (0..<maildrop.count).map { index in
            String(decoding: try maildrop.bytes(of: index, in: 0..<maildrop.size(of: index)), as: UTF8.self)
        }
    }

    @Test("a folder gives its .eml and .msg files at any depth in the order of their paths, and nothing else")
    func folder() async throws {
        try await withTemporaryFolder { folder in
            try write("second", folder + "/b/c/2.msg")
            try write("first", folder + "/a.eml")
            try write("", folder + "/z.eml")
            try write("no mail", folder + "/b/notes.txt")
            try write("hidden", folder + "/.a.eml")
            let maildrop = try FolderMaildrop(path: folder)
            #expect(try contents(of: maildrop) == ["first", "second", ""])
            #expect(Set((0..<3).map { maildrop.uid(of: $0) }).count == 3)
            #expect(try FolderMaildrop(path: folder).uid(of: 1) == maildrop.uid(of: 1))
            try maildrop.remove([0])
            #expect(try contents(of: FolderMaildrop(path: folder)) == ["second", ""])
        }
    }

    @Test("a Maildir's messages keep their ids when their flags change")
    func maildir() async throws {
        try await withTemporaryFolder { folder in
            try write("old", folder + "/cur/1.host:2,")
            try write("new", folder + "/new/2.host")
            let before = try FolderMaildrop(path: folder)
            #expect(try contents(of: before) == ["old", "new"])
            try FileManager.default.moveItem(atPath: folder + "/cur/1.host:2,", toPath: folder + "/cur/1.host:2,S")
            #expect(try FolderMaildrop(path: folder).uid(of: 0) == before.uid(of: 0))
        }
    }

    @Test("a path is opened as the folder or the mbox file that it is, and one that is neither is refused")
    func opened() async throws {
        try await withTemporaryFolder { folder in
            try write("From a\n\none\n", folder + "/box")
            #expect(try contents(of: FolderMaildrop.opened(at: folder + "/box")) == ["\none\n"])
            #expect(try FolderMaildrop.opened(at: folder).count == 0)
            #expect(throws: SandboxError.self) { try FolderMaildrop.opened(at: folder + "/absent") }
        }
    }

    @Test("deleted mail is removed from the folder at QUIT, and only if that is asked for", arguments: [true, false])
    func removal(removes: Bool) async throws {
        try await withTemporaryFolder { folder in
            try write("a", folder + "/1.eml")
            try write("b", folder + "/2.eml")
            let account = SandboxAccount(
                user: "user", password: "pass word", maildrop: try FolderMaildrop(path: folder))
            var configuration = SandboxConfiguration()
            configuration.removesDeletedMail = removes
            var session = SandboxSession(accounts: [account], configuration: configuration)
            _ = exchange(&session, "USER user\r\nPASS pass word\r\nDELE 1\r\n")
            #expect(try FolderMaildrop(path: folder).count == 2)
            _ = exchange(&session, "QUIT\r\n")
            #expect(try FolderMaildrop(path: folder).count == (removes ? 1 : 2))
        }
    }

    /// One message that exists nowhere but in the asking.
    private struct EndlessSource: SandboxMaildrop {
        let octets: Int
        var count: Int { 1 }
        func size(of index: Int) -> Int { octets }
        func uid(of index: Int) -> String { "one" }
        func bytes(of index: Int, in range: Range<Int>) -> ArraySlice<UInt8> {
            let pattern = Array("..the line\r\n".utf8)
            return ArraySlice(range.map { pattern[$0 % pattern.count] })
        }
    }

    @Test("a large message is made piece by piece, in no more memory than a few pieces (RFC 1939 §5)")
    func pieces() {
        let lines = 1_000_000
        let account = SandboxAccount(user: "user", password: "pass word", maildrop: EndlessSource(octets: 12 * lines))
        var session = SandboxSession(accounts: [account], configuration: SandboxConfiguration())
        _ = exchange(&session, "USER user\r\nPASS pass word\r\n")
        session.receive("RETR 1\r\n".utf8)
        var sent = 0
        var largest = 0
        while case .write(let bytes) = session.nextAction() {
            sent += bytes.count
            largest = max(largest, bytes.count)
        }
        // One more dot for each line, the final dot's line, and the status line.
        #expect(sent == 13 * lines + 3 + "+OK 12000000 octets\r\n".utf8.count)
        #expect(largest < 512 * 1024)
    }
}
