import Glibc
import MailStores
import MailStoresTestSupport
import MessageBuffers
import SeededRandom
import Testing

@testable import MailDelivery

@Suite("The list of seen messages is exact and survives a crash at any byte")
struct SeenMessageStoreTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func store(
        _ account: String = "ada@example.com", to destinations: [String] = ["maildir:/m"], at time: Int = 1_000
    ) throws -> SeenMessageStore {
        try SeenMessageStore(path: folder["seen"], account: account, destinations: destinations) { time }
    }

    private func digest(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

    private func insert(_ ids: [String], into store: SeenMessageStore?, _ state: SeenState = .stored) throws {
        for (index, id) in ids.enumerated() {
            try store?.insert(state, uidl: Array(id.utf8), size: 10, digest: digest(UInt8(index & 0xFF)))
        }
    }

    @Test("entries of any bytes are remembered, and written as documented")
    func format() throws {
        var store: SeenMessageStore? = try store("a b%")
        try insert(["QhdPYR:00WBw1Ph7x7", "100%", "-", "\n", "é"], into: store)
        try store?.insert(.stored, uidl: nil, size: nil, digest: digest(0xAB))
        try store?.sync()
        store = nil
        let lines = String(decoding: try folder.read("seen"), as: UTF8.self).split(separator: "\n")
        #expect(
            lines.prefix(4) == [
                "# sluice-seen 2 a%20b%25", "# pruned 0", "# destination 1 maildir:/m",
                "1 stored 1000 10 \(String(repeating: "00", count: 32)) QhdPYR:00WBw1Ph7x7",
            ])
        #expect(lines.dropFirst(4).map { $0.split(separator: " ")[5] } == ["100%25", "%2D", "%0A", "%C3%A9", "-"])
        #expect(lines.last == "1 stored 1000 - \(String(repeating: "ab", count: 32)) -")
        let again = try self.store("a b%")
        #expect(again.count == 6 && again.damagedLineCount == 0)
        #expect(again.state(of: Array("\n".utf8), size: 10) == .stored)
        #expect(again.state(ofContent: digest(0xAB)) == .stored)
    }

    @Test("a message is known by id and size together, and only at its destinations")
    func identity() throws {
        var store: SeenMessageStore? = try store()
        try insert(["a"], into: store)
        try store?.sync()
        #expect(store?.state(of: [97], size: 10) == .stored)
        #expect(store?.state(of: [97], size: 11) == nil)
        #expect(store?.state(of: [97], size: nil) == nil)
        store = nil
        #expect(try self.store(to: ["maildir:/other"]).state(of: [97], size: 10) == nil)
        #expect(try self.store(to: ["maildir:/m", "null:"]).state(of: [97], size: 10) == nil)
        #expect(try self.store().state(of: [97], size: 10) == .stored)
    }

    @Test("the order of destinations says nothing, and each set of them has one number")
    func destinationSets() throws {
        for destinations in [["b:", "a:"], ["a:", "b:"], ["a:"], ["a:"]] {
            let store = try store(to: destinations)
            try insert(["x"], into: store)
            try store.sync()
        }
        let lines = String(decoding: try folder.read("seen"), as: UTF8.self).split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("# destination") } == 2)
        #expect(lines.count { !$0.hasPrefix("#") } == 2)
    }

    @Test("what was only observed can become stored, and stays so")
    func states() throws {
        var store: SeenMessageStore? = try store()
        try insert(["a"], into: store, .observed)
        #expect(store?.state(of: [97], size: 10) == .observed)
        try insert(["a"], into: store, .stored)
        try insert(["a"], into: store, .observed)
        try store?.sync()
        store = nil
        #expect(try self.store().state(of: [97], size: 10) == .stored)
    }

    @Test("a list of version 1 becomes one of imported messages, which hold for any destination and size")
    func version1() throws {
        try folder.write(Array("# sluice-uidl 1 ada@example.com\ngood\nb d\n%zz\nfine%25\ncut".utf8), to: "seen")
        var store: SeenMessageStore? = try store()
        #expect(store?.count == 2 && store?.damagedLineCount == 2)
        #expect(store?.state(of: Array("fine%".utf8), size: 3) == .imported)
        #expect(store?.state(of: Array("cut".utf8), size: 3) == nil)
        store = nil
        store = try self.store(to: ["null:"])
        #expect(store?.state(of: Array("good".utf8), size: nil) == .imported)
        #expect(try folder.read("seen").starts(with: "# sluice-seen 2 ".utf8))
    }

    @Test("a file cut at any byte keeps every whole line and takes new ones")
    func everyCut() throws {
        var store: SeenMessageStore? = try store()
        try insert(["one", "two", "three%\n", "four"], into: store)
        try store?.sync()
        store = nil
        let whole = try folder.read("seen")
        for end in 0...whole.count {
            try folder.write(Array(whole[..<end]), to: "seen")
            let wholeLines = whole[..<end].split(separator: 10, omittingEmptySubsequences: false).count - 1
            store = try self.store()
            #expect(store?.count == max(0, wholeLines - 3))
            #expect(store?.damagedLineCount == 0)
            try store?.insert(.stored, uidl: Array("four".utf8), size: 10, digest: digest(9))
            try store?.sync()
            store = nil
            store = try self.store()
            #expect(store?.state(of: Array("four".utf8), size: 10) == .stored)
            store = nil
        }
    }

    @Test("zeros that a power failure left at the end are no entry")
    func zeros() throws {
        var store: SeenMessageStore? = try store()
        try insert(["a"], into: store)
        try store?.sync()
        store = nil
        try folder.write(try folder.read("seen") + [UInt8](repeating: 0, count: 100), to: "seen")
        #expect(try self.store().count == 1)
    }

    @Test("lines that are no entries are passed over and counted")
    func damage() throws {
        let good = "- imported - - - good"
        let lines = [
            "", "1", "x stored 1 1 - a", "1 sold 1 1 - a", "1 stored 1 1 zz a", "1 stored 1 1 - %zz", good,
            "1 stored 99999999999999999999 1 - a", "1 stored 1 1 - a 1", "1 stored 1 1 - a 1@x",
        ]
        try folder.write(
            Array("# sluice-seen 2 ada@example.com\n# a comment\n\(lines.joined(separator: "\n"))\n".utf8), to: "seen")
        let store = try store()
        #expect(store.count == 1)
        #expect(store.damagedLineCount == lines.count - 1)
    }

    @Test(
        "another account's file, or another kind of file, is refused and left alone",
        arguments: [
            "# sluice-seen 2 bob@example.com\nx\n", "# sluice-uidl 1 bob@example.com\nx\n", "hello\n", "hello",
            "#!/bin/sh\nrm\n",
        ])
    func refused(_ text: String) throws {
        try folder.write(Array(text.utf8), to: "seen")
        #expect(throws: SinkError.self) { try store() }
        #expect(try folder.read("seen") == Array(text.utf8))
    }

    @Test("a large file without a line end is refused without being read whole")
    func noLines() throws {
        let start = Array("# sluice-seen 2 ada@example.com\n".utf8)
        try folder.write(start + [UInt8](repeating: 65, count: 3_000_000), to: "seen")
        #expect(throws: SinkError.unsuitable(path: folder["seen"], reason: "this is no list of seen messages")) {
            try store()
        }
    }

    @Test("only one process at a time has the file")
    func locking() throws {
        let store = try store()
        #expect(throws: SinkError.locked(path: folder["seen"])) { try self.store() }
        _ = store
    }

    @Test("an id is forgotten only after three listings over seven days without it")
    func pruning() throws {
        let day = 24 * 3600
        var store: SeenMessageStore? = try store()
        try insert((0..<2000).map { "id\($0)" }, into: store)
        try store?.sync()
        store = nil
        // Day, and how many are left after the listing of that day, which has only id7 but on day 3.
        for (time, isWhole, left) in [
            (day, false, 2000), (2 * day, false, 2000), (3 * day, true, 2000), (4 * day, false, 2000),
            (5 * day, false, 2000), (6 * day, false, 2000), (11 * day, false, 1), (12 * day, false, 1),
        ] {
            store = try self.store(at: time)
            try store?.prune(listed: 1) { isWhole || $0 == Array("id7".utf8) }
            #expect(store?.state(of: Array("id7".utf8), size: 10) == .stored)
            store = nil
            store = try self.store(at: time)
            #expect((0..<2000).count { store?.state(of: Array("id\($0)".utf8), size: 10) != nil } == left)
            store = nil
        }
        #expect(try TemporaryFolder.names(in: folder.path) == ["seen"])
    }

    @Test("entries of other destinations outlive a pruning")
    func pruningKeepsOthers() throws {
        var store: SeenMessageStore? = try store(to: ["maildir:/other"])
        try insert(["x"], into: store)
        try store?.sync()
        store = nil
        store = try self.store(at: 24 * 3600)
        try insert((0..<2000).map { "id\($0)" }, into: store)
        try store?.sync()
        try store?.prune(listed: 0) { _ in false }
        store = nil
        #expect(try self.store(to: ["maildir:/other"]).state(of: [120], size: 10) == .stored)
    }

    @Test("an id of any length is remembered")
    func lengths() throws {
        let store = try store()
        for length in [1, 70, 200, 240, 255] {
            try store.insert(.stored, uidl: [UInt8](repeating: 65, count: length), size: .max, digest: digest(1))
            #expect(store.state(of: [UInt8](repeating: 65, count: length), size: .max) == .stored)
            #expect(store.state(of: [UInt8](repeating: 66, count: length), size: .max) == nil)
        }
    }

    @Test(
        "a full disk is an error, after which the file is whole and can be synced again",
        .enabled(if: SmallFileSystem.isAvailable))
    func fullDisk() throws {
        let disk = try #require(SmallFileSystem())
        let ballast = try File(path: disk.path + "/ballast", flags: O_RDWR | O_CREAT)
        var store: SeenMessageStore? = try SeenMessageStore(path: disk.path + "/seen", account: "a", destinations: [])
        try ballast.write([UInt8](repeating: 0, count: 52_000).rawSpan)
        try insert((0..<500).map { "number-\($0)" }, into: store)
        #expect(throws: SinkError.system(.write, path: disk.path + "/seen", .noSpace)) { try store?.sync() }
        try ballast.truncate(to: 0)
        try store?.sync()
        store = nil
        #expect(try SeenMessageStore(path: disk.path + "/seen", account: "a", destinations: []).count == 500)
    }

    @Test("the set agrees with the library's own on random ids", arguments: 0..<8)
    func set(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var set = ByteStringSet()
        var reference: Set<[UInt8]> = []
        for _ in 0..<20_000 {
            let id = generator.bytes(
                Int.random(in: 0...(seed == 0 ? 255 : 3), using: &generator), of: Array("abc".utf8))
            #expect(set.insert(id.rawSpan) == reference.insert(id).inserted)
        }
        #expect(set.count == reference.count)
        #expect(reference.allSatisfy { set.contains($0.rawSpan) })
        #expect(!set.contains([1, 2].rawSpan) && !set.contains([UInt8](repeating: 97, count: 300).rawSpan))
    }
}
