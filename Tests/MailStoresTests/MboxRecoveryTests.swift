import Glibc
import MailStoresTestSupport
import MessageBuffers
import Testing

@testable import MailStores

@Suite("What a cut-off append has left in an mbox")
struct MboxRecoveryTests {
    private static let own = "From sluice Mon Nov 23 07:26:47 2026\n"
    private static let foreign = "From joe Mon Nov 23 07:26:47 2026\nbody\n\n"

    /// A file of that content, and the folder that it is in.
    private func mbox(_ text: String) throws -> (file: File, folder: TemporaryFolder) {
        let folder = try TemporaryFolder()
        try folder.write(Array(text.utf8), to: "mbox")
        return (try File.openRegularFile(folder["mbox"]), folder)
    }

    @Test(
        "the tail is removed, and mail of others after it moves up, also over more than one window",
        arguments: [0, 1, MboxRecovery.windowLength - 20, MboxRecovery.windowLength, 2 * MboxRecovery.windowLength + 1])
    func removal(_ length: Int) throws {
        let kept = Self.foreign + Self.own
        let (file, folder) = try mbox(kept + Self.own + String(repeating: "F", count: length) + Self.foreign)
        try MboxRecovery(file).removeTail(from: kept.utf8.count)
        #expect(String(decoding: try folder.read("mbox"), as: UTF8.self) == kept + Self.foreign)
    }

    @Test("a note is of one file and one append, and ends with it")
    func journal() throws {
        let (file, folder) = try mbox("12345")
        let journal = try MboxJournal(besides: folder["mbox"], durability: .fsync)
        #expect(try journal.tornAppend(to: file) == nil)
        try journal.beginAppend(to: file, at: 3)
        #expect(try journal.tornAppend(to: file) == 3)
        try folder.write([1], to: "other")
        #expect(try journal.tornAppend(to: File.openRegularFile(folder["other"])) == nil)
        // A file that is shorter than the note says is another one by now.
        try file.truncate(to: 2)
        #expect(try journal.tornAppend(to: file) == nil)
        try journal.endAppend(to: file, at: 2)
        #expect(try journal.tornAppend(to: file) == nil)
    }
}
