import Foundation
import MailStoresTestSupport
import Testing

@testable import MailStores

@Suite("The files of mail below a path")
struct MailFileWalkTests {
    private func files(_ root: String) throws -> [String] {
        var walk = MailFileWalk(root)
        var found: [String] = []
        while let entry = try walk.next() {
            found.append(entry.path.dropFirst(root.count + 1) + (entry.isInMaildir ? " in Maildir" : ""))
        }
        return found
    }

    @Test("files come in the order of their names, without hidden ones and what a Maildir has not delivered")
    func order() throws {
        let folder = try TemporaryFolder()
        for name in ["b/cur", "b/new", "b/tmp", "a/tmp", ".hidden"] {
            try FileManager.default.createDirectory(
                atPath: folder[name], withIntermediateDirectories: true, attributes: nil)
        }
        for name in ["b/cur/2", "b/new/1", "b/tmp/3", "a/tmp/4", "c.eml", ".hidden/5", "a/.6"] {
            try folder.write([0x61], to: name)
        }
        #expect(try files(folder.path) == ["a/tmp/4", "b/cur/2 in Maildir", "b/new/1 in Maildir", "c.eml"])
    }

    @Test("links to files are read, links to directories are not followed, and the root may be one")
    func links() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder["a"], withIntermediateDirectories: true, attributes: nil)
        try folder.write([0x61], to: "a/1")
        try FileManager.default.createSymbolicLink(atPath: folder["a/loop"], withDestinationPath: folder.path)
        try FileManager.default.createSymbolicLink(atPath: folder["a/2"], withDestinationPath: folder["a/1"])
        try FileManager.default.createSymbolicLink(atPath: folder["link"], withDestinationPath: folder["a"])
        #expect(try files(folder.path) == ["a/1", "a/2"])
        #expect(try files(folder["link"]) == ["1", "2"])
    }

    @Test("a path that is not there is an error with its path, and a link below it that leads nowhere is left out")
    func errors() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SinkError.system(.read, path: folder["absent"], .noSuchFileOrDirectory)) {
            try files(folder["absent"])
        }
        try FileManager.default.createSymbolicLink(atPath: folder["a"], withDestinationPath: folder["absent"])
        #expect(try files(folder.path) == [])
    }
}
