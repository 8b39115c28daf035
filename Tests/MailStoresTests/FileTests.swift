import Glibc
import MailStoresTestSupport
import MessageBuffers
import SystemPackage
import Testing

@testable import MailStores

@Suite("Files, directories and locks")
struct FileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("what is written at an offset is read there, and reading ends with the file")
    func reading() throws {
        let file = try File.openRegularFile(folder["a"])
        try file.write([1, 2, 3].rawSpan, at: 2)
        let nothing: [UInt8] = []
        try file.write(nothing.rawSpan, at: 100)
        #expect(try file.read(10, at: 0) == [0, 0, 1, 2, 3])
        #expect(try file.read(10, at: 5) == [] && file.read(0, at: 0) == [])
        #expect(try file.length() == 5)
        try file.truncate(to: 3)
        #expect(try folder.read("a") == [0, 0, 1])
    }

    @Test(
        "the system's refusal says what, where and why",
        arguments: [("/dev/null/a", Errno.notDirectory), ("/nowhere/a", .noSuchFileOrDirectory)])
    func refused(_ path: String, _ error: Errno) {
        #expect(throws: SinkError.system(.open, path: path, error)) { try File.openRegularFile(path) }
        #expect(SinkError.system(.open, path: path, error).description.hasPrefix("cannot open \(path): \(error); "))
    }

    @Test("a full disk loses nothing, and the error says so")
    func errorText() {
        let error = SinkError.system(.write, path: "/mail/tmp", .noSpace)
        #expect(
            "\(error)" == "cannot write /mail/tmp: No space left on device; "
                + "nothing is lost, the message is still on the server: free some space and run again")
    }

    @Test("a device is no regular file")
    func device() {
        #expect(throws: SinkError.unsuitable(path: "/dev/null", reason: "this is no regular file")) {
            try File.openRegularFile("/dev/null")
        }
    }

    @Test("a full device is an error of the write", arguments: [nil, 0])
    func full(_ offset: Int?) throws {
        let file = try File(path: "/dev/full", flags: O_WRONLY)
        #expect(throws: Errno.noSpace) { try writeAll([1].rawSpan, to: file.descriptor, at: offset) }
    }

    @Test(
        "the parent of a path is the directory that it is in",
        arguments: [("a", "."), ("/a", "/"), ("/tmp/a", "/tmp"), ("/tmp/a/", "/tmp"), ("./a", "."), ("/", "/")])
    func parent(_ path: String, _ parent: String) throws {
        #expect(try Directory.parentDirectory(of: path).path == parent)
    }

    @Test("a directory names what is in it, and moves and removes it")
    func directory() throws {
        #expect(try Directory.create(folder["d"]))
        #expect(try !Directory.create(folder["d"]))
        let directory = try Directory(path: folder["d"])
        for name in ["one", "two"] { close(try directory.createFile(cString(name.utf8))) }
        #expect(throws: SinkError.system(.create, path: folder["d/one"], .fileExists)) {
            try directory.createFile(cString("one".utf8))
        }
        try directory.move(cString("one".utf8), to: directory, as: cString("three".utf8))
        try directory.remove(cString("two".utf8))
        try directory.remove(cString("two".utf8))
        #expect(try folder.names(in: "d") == ["three"])
    }

    @Test("a lock excludes other open files until it is released")
    func locks() throws {
        let (first, second) = (try File.openRegularFile(folder["a"]), try File.openRegularFile(folder["a"]))
        #expect(try first.trySetLock() && !second.trySetLock())
        first.unlockForMail()
        #expect(try second.trySetLock())
        #expect(try first.lockExclusively() && !second.lockExclusively())
    }
}
