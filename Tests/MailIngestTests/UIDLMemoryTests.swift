import Glibc
import SeededRandom
import Testing

@testable import MailIngest

@Suite("The memory of fetched messages is exact and survives a crash at any byte")
struct UIDLMemoryTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func memory(_ account: String = "ada@example.com") throws -> UIDLMemory {
        try UIDLMemory(path: folder["seen"], account: account)
    }

    @Test("ids of any bytes are remembered, and written as documented")
    func format() throws {
        var memory: UIDLMemory? = try memory("a b%")
        for id in ["QhdPYR:00WBw1Ph7x7", "100%", "#1", "\n", "\0", "é"] { try memory?.insert(Array(id.utf8)) }
        try memory?.insert(Array("#1".utf8))
        try memory?.sync()
        memory = nil
        let text = String(decoding: try folder.read("seen"), as: UTF8.self)
        #expect(text == "# sluice-uidl 1 a%20b%25\nQhdPYR:00WBw1Ph7x7\n100%25\n%231\n%0A\n%00\n%C3%A9\n")
        let again = try self.memory("a b%")
        #expect(again.count == 6)
        #expect(
            again.contains(Array("\n".utf8)) && again.contains(Array("100%".utf8)) && !again.contains(Array("100".utf8))
        )
    }

    @Test("a file cut at any byte keeps every whole line and takes new ones")
    func everyCut() throws {
        var memory: UIDLMemory? = try memory()
        for id in ["one", "two", "three%\n", "four"] { try memory?.insert(Array(id.utf8)) }
        try memory?.sync()
        memory = nil
        let whole = try folder.read("seen")
        for end in 0...whole.count {
            try folder.write(Array(whole[..<end]), to: "seen")
            let wholeLines = whole[..<end].split(separator: 10, omittingEmptySubsequences: false).count - 1
            memory = try self.memory()
            #expect(memory?.count == max(0, wholeLines - 1))
            #expect(memory?.damagedLineCount == 0)
            try memory?.insert(Array("four".utf8))
            try memory?.sync()
            memory = nil
            memory = try self.memory()
            #expect(memory?.contains(Array("four".utf8)) == true)
            memory = nil
        }
    }

    @Test("zeros that a power failure left at the end are no id")
    func zeros() throws {
        var memory: UIDLMemory? = try memory()
        try memory?.insert([65])
        try memory?.sync()
        memory = nil
        try folder.write(try folder.read("seen") + [UInt8](repeating: 0, count: 100), to: "seen")
        #expect(try self.memory().count == 1)
    }

    @Test("lines that are no ids are passed over and counted")
    func damage() throws {
        try folder.write(Array("# sluice-uidl 1 ada@example.com\ngood\nb d\n%zz\n%4\n\nfine\n".utf8), to: "seen")
        let memory = try memory()
        #expect(memory.count == 2)
        #expect(memory.damagedLineCount == 4)
    }

    @Test(
        "another account's file, or another kind of file, is refused and left alone",
        arguments: ["# sluice-uidl 1 bob@example.com\nx\n", "hello\n", "hello", "#!/bin/sh\nrm\n"])
    func refused(_ text: String) throws {
        try folder.write(Array(text.utf8), to: "seen")
        #expect(throws: SinkError.self) { try memory() }
        #expect(try folder.read("seen") == Array(text.utf8))
    }

    @Test("a large file without a line end is refused without being read whole")
    func noLines() throws {
        try folder.write([UInt8](repeating: 65, count: 3_000_000), to: "seen")
        #expect(throws: SinkError.unsuitable(path: folder["seen"], reason: "this is no list of fetched messages")) {
            try memory()
        }
    }

    @Test("only one process at a time has the file, during and after a compaction")
    func locking() throws {
        let memory = try memory()
        #expect(throws: SinkError.locked(path: folder["seen"])) { try self.memory() }
        try memory.compact { _ in true }
        #expect(throws: SinkError.locked(path: folder["seen"])) { try self.memory() }
        #expect(memory.count == 0)
    }

    @Test("compaction keeps what is still on the server, and the file takes new ids after it")
    func compaction() throws {
        var memory: UIDLMemory? = try memory()
        for number in 0..<1000 { try memory?.insert(Array("id\(number)".utf8)) }
        try memory?.compact { $0[2] == UInt8(ascii: "7") }
        try memory?.insert(Array("new".utf8))
        try memory?.sync()
        memory = nil
        let again = try self.memory()
        #expect(again.count == 112)
        #expect(
            again.contains(Array("id7".utf8)) && again.contains(Array("id799".utf8))
                && again.contains(Array("new".utf8)))
        #expect(!again.contains(Array("id8".utf8)))
        #expect(try TemporaryFolder.names(in: folder.path) == ["seen"])
    }

    @Test("what was not synced before a crash is forgotten or whole, never a different id")
    func lengths() throws {
        let memory = try memory()
        #expect(throws: SinkError.self) { try memory.insert([UInt8](repeating: 65, count: 256)) }
        #expect(throws: SinkError.self) { try memory.insert([]) }
        try memory.insert([UInt8](repeating: 65, count: 255))
        #expect(memory.count == 1)
    }

    @Test(
        "a full disk is an error, after which the file is whole and can be synced again",
        .enabled(if: SmallFileSystem.isAvailable))
    func fullDisk() throws {
        let disk = try #require(SmallFileSystem())
        let ballast = try File(path: disk.path + "/ballast", flags: O_RDWR | O_CREAT)
        var memory: UIDLMemory? = try UIDLMemory(path: disk.path + "/seen", account: "a")
        try ballast.write([UInt8](repeating: 0, count: 52_000).rawSpan)
        for number in 0..<2000 { try memory?.insert(Array("number-\(number)".utf8)) }
        #expect(throws: SinkError.system(.write, path: disk.path + "/seen", code: ENOSPC)) { try memory?.sync() }
        try ballast.truncate(to: 0)
        try memory?.sync()
        memory = nil
        #expect(try UIDLMemory(path: disk.path + "/seen", account: "a").count == 2000)
    }

    @Test("the set agrees with the library's own on random ids", arguments: 0..<8)
    func set(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var set = ByteSet()
        var reference: Set<[UInt8]> = []
        for _ in 0..<20_000 {
            let id = generator.bytes(
                Int.random(in: 0...(seed == 0 ? 255 : 3), using: &generator), of: Array("abc".utf8))
            #expect(set.insert(id.rawSpan) == reference.insert(id).inserted)
        }
        var visited = 0
        set.visitAll { id in
            visited += 1
            #expect(id.byteCount <= 255)
        }
        #expect(set.count == reference.count && visited == reference.count)
        #expect(reference.allSatisfy { set.contains($0.rawSpan) })
        #expect(!set.contains([1, 2].rawSpan) && !set.contains([UInt8](repeating: 97, count: 300).rawSpan))
    }
}
