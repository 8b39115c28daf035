import POP3TestSupport
import Testing

@Suite("The tools of the tests do what they say")
struct TestToolTests {
    @Test("a measured run tells the program's own status and memory, not the test's")
    func measuredRun() async throws {
        let run = try await MeasuredRun.of(["sh", "-c", "echo reason >&2; exit 3"])
        #expect(run.status == 3)
        #expect(run.error == "reason\n")
        #expect(run.peakMemory > 0 && run.peakMemory < 64 << 20)
    }

    @Test("a program that is not there is an error, and one that is killed shows its signal")
    func childProcess() async throws {
        #expect(throws: ChildProcess.Failure.self) { try ChildProcess(["/nonexistent/program"]) }
        let killed = try await ChildProcess.run(["sh", "-c", "kill -9 $$"])
        #expect(killed.status == -9)
    }

    @Test("a mailbox holds its mails in the order they were added")
    func mailbox() async throws {
        let folder = try TestFolder()
        var mailbox = MailboxBuilder(in: folder.path)
        try mailbox.add([.headerOnly, .nulBytes])
        try mailbox.addLarge(size: 3 << 20)
        try mailbox.addLongLine(length: 1 << 20)
        #expect(mailbox.count == 4)
        let sizes = try await ChildProcess.run([
            "sh", "-c", "cd \(folder.path) && wc -c < 0000003.eml && wc -L < 0000004.eml",
        ])
        let numbers = sizes.output.split(separator: "\n").compactMap { Int($0) }
        #expect(numbers.count == 2 && numbers[0] >= 3 << 20 && numbers[1] >= 1 << 20)
    }
}
