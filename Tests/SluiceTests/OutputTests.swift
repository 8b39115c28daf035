import Foundation
import POP3Sandbox
import POP3TestSupport
import Testing

/// What becomes of output that cannot be written.
@Suite("Output of the command", .serialized, .timeLimit(.minutes(15)))
struct OutputTests {
    private static let full = "sluice: cannot write standard output: No space left on device\n"

    @Test(
        "a full device ends a command with 74 and the reason",
        arguments: [
            ["parse"], ["parse", "--json"], ["parse", "--tree"], ["compare"], ["compare", "--json"], ["--help"],
            ["help", "fetch"], ["--version"],
        ])
    func fullDevice(_ command: [String]) async throws {
        let folder = try TestFolder()
        try folder.write("Subject: 1\r\n\r\nbody\r\n".utf8, to: "mail.eml")
        let paths = ["parse", "compare"].contains(command[0]) ? [folder["mail.eml"]] : []
        let run = try await Command.run(command + paths, outputTo: "/dev/full")
        #expect(run == (74, Self.full))
    }

    @Test("a page that cannot be written ends the comparison with 74 and the reason")
    func fullPage() async throws {
        let folder = try TestFolder()
        try folder.write("Subject: 1\r\n\r\nbody\r\n".utf8, to: "mail.eml")
        let run = try await Command.run(["compare", "--html", "/dev/full", folder["mail.eml"]])
        #expect(run == (74, "sluice: cannot write /dev/full: No space left on device\n"))
    }

    @Test("what pop and sandbox cannot print ends them with 74 and the reason")
    func servers() async throws {
        let server = try await ScriptedServer(["LIST": "+OK\r\n1 20\r\n.\r\n"])
        let run = try await Command.run(
            ["pop", "-u", "a", "-p", "b", "-h", "127.0.0.1", "--port", server.port, "--no-tls", "-m", "LIST"],
            outputTo: "/dev/full")
        _ = try await server.stop()
        #expect(run == (74, Self.full))
        let folder = try TestFolder()
        #expect(try await Command.run(["sandbox", "--mail", folder.path], outputTo: "/dev/full") == (74, Self.full))
    }

    @Test("a reader that goes away ends a command without a word", arguments: ["", "trap '' PIPE; "])
    func brokenPipe(_ before: String) async throws {
        let folder = try TestFolder()
        let message = "From a@b Thu Jan  1 00:00:00 1970\nSubject: a mail of many\n\nbody\n\n"
        try folder.write(String(repeating: message, count: 5_000).utf8, to: "mail.mbox")
        for command in [["parse"], ["parse", "--json"], ["compare", "--json"]] {
            let shell = ["/bin/sh", "-c", "\(before){ \"$0\" \"$@\"; echo $? >&2; } | head -1", try Product.sluice]
            let run = try await MeasuredRun.of(shell + command + [folder["mail.mbox"]])
            #expect(run.error == "141\n", "\(command)")
        }
    }

    @Test("a sandbox without its mail exits with 66, and says plainly that a port is in use")
    func sandbox() async throws {
        let missing = try await Command.run(["sandbox", "--mail", "/no/such/folder"])
        #expect(missing == (66, "sluice: cannot read mail from /no/such/folder: No such file or directory\n"))
        let folder = try TestFolder()
        let server = try await ScriptedServer([:])
        let taken = try await Command.run(["sandbox", "--mail", folder.path, "--port", server.port])
        let text =
            "sluice: cannot start the sandbox: cannot listen on 127.0.0.1 port \(server.port): Address already in use\n"
        #expect(taken == (69, text))
        let unwritable = try await Command.run(["sandbox", "--mail", folder.path, "--ca-file", folder["no/such"]])
        #expect(unwritable.status == 73)
        _ = try await server.stop()
    }
}

/// Lines that break the protocol, which one looks at by `sluice pop`.
@Suite("sluice pop and odd answers", .serialized, .timeLimit(.minutes(15)))
struct OddAnswerTests {
    @Test(
        "what the server has sent is printed, odd or not, and the exit code is 0",
        arguments: [
            (
                "UIDL", "+OK\r\n1 \r\n2\r\n3 a b\r\n4 caf\u{E9}\r\n5 \u{1B}[2J\r\n6 a\\b\r\n.\r\n",
                "1 \n2\n3 a b\n4 caf\\xe9\n5 \\x1b[2J\n6 a\\b\n"
            ),
            (
                "UIDL", "+OK\r\n1 " + String(repeating: "x", count: 71) + "\r\n.\r\n",
                "1 " + String(repeating: "x", count: 71) + "\n"
            ),
            (
                "LIST", "+OK\r\n1 -5\r\n2 many\r\n3\r\n4 9223372036854775808\r\n5 20 extra\r\n.\r\n",
                "1 -5\n2 many\n3\n4 9223372036854775808\n5 20 extra\n"
            ),
            ("STAT", "+OK nothing here\r\n", "nothing here\n"), ("STAT", "+OK -1 -1\r\n", "-1 -1\n"),
            ("UIDL 2", "+OK 2 a b\r\n", "2 a b\n"), ("LIST 2", "+OK two\r\n", "two\n"),
            ("UIDL", "+OK\r\n.\r\n", ""),
        ])
    func odd(_ method: String, _ reply: String, _ output: String) async throws {
        let server = try await ScriptedServer([method: reply])
        let result = try await Command.output([
            "pop", "-u", "a", "-p", "b", "-h", "127.0.0.1", "--port", server.port, "--no-tls", "-m", method,
        ])
        _ = try await server.stop()
        #expect(result == (0, output))
    }

    @Test("of a listing that is cut off, the lines that came are printed, and the exit code is that of the error")
    func cutOff() async throws {
        let server = try await ScriptedServer(["UIDL": "+OK\r\n1 a\r\n2 b\r\n-", "-": nil])
        let result = try await Command.output([
            "pop", "-u", "a", "-p", "b", "-h", "127.0.0.1", "--port", server.port, "--no-tls", "--timeout", "1000",
            "-m", "UIDL",
        ])
        _ = try await server.stop()
        #expect(result == (69, "1 a\n2 b\n"))
    }
}
