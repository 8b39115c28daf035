import Foundation
import POP3Sandbox
import POP3TestSupport
import Testing

/// Where the command takes a password from, and what of it is sent.
@Suite("Passwords of the command", .serialized, .timeLimit(.minutes(15)))
struct PasswordTests {
    private func withSandbox(_ body: (_ arguments: [String], POP3Sandbox) async throws -> Void) async throws {
        let sandbox = try await POP3Sandbox.start(messages: [Array("Subject: 1\r\n\r\n".utf8)])
        try await body(["fetch", "pop://user@127.0.0.1:\(try #require(sandbox.port))", "--to", "null:"], sandbox)
        await sandbox.stop()
    }

    @Test("without a terminal nothing is read from standard input; the error names the other ways")
    func noTerminal() async throws {
        try await withSandbox { arguments, sandbox in
            let run = try await Command.onTerminal(["--none", "password\n"], arguments)
            #expect(run.status == 64)
            #expect(run.output.contains("--password-file") && run.output.contains("--password-env"))
            #expect(sandbox.commands.isEmpty)
            let told = try await Command.onTerminal(["--none", "password\n"], arguments + ["--password-file", "-"])
            #expect(told.status == 0, "\(told.output)")
        }
    }

    @Test("on a terminal the password is asked for without an echo")
    func prompt() async throws {
        try await withSandbox { arguments, _ in
            let run = try await Command.onTerminal(["--type", "password"], arguments)
            #expect(run.status == 0, "\(run.output)")
            #expect(run.output.hasPrefix("Password for user: \r\n") && !run.output.contains("password"))
            #expect(run.echoedWhileAsked == false && run.echoesAfterwards == true)
        }
    }

    @Test("a signal at the prompt ends the command, and the terminal echoes again", arguments: ["INT", "TERM", "HUP"])
    func signals(_ name: String) async throws {
        try await withSandbox { arguments, sandbox in
            let run = try await Command.onTerminal(["--signal", "SIG" + name], arguments)
            #expect(run.status == ["INT": -2, "TERM": -15, "HUP": -1][name])
            #expect(run.echoedWhileAsked == false && run.echoesAfterwards == true)
            #expect(sandbox.commands.isEmpty)
        }
    }

    /// What `sluice pop` sends as the password from a file of `bytes`, one scalar for each byte.
    private func sent(_ bytes: [UInt8]) async throws -> (status: Int, password: String?) {
        let folder = try TestFolder()
        try folder.write(bytes, to: "password")
        let server = try await ScriptedServer([:])
        let run = try await Command.run(
            ["pop", "-u", "a", "--password-file", folder["password"], "-h", "127.0.0.1", "--port", server.port]
                + ["--no-tls", "-m", "NOOP"])
        let lines = try await server.stop()
        return (run.status, lines.first { $0.hasPrefix("PASS ") }.map { String($0.dropFirst(5)) })
    }

    @Test(
        "the first line of a password file is sent as its bytes are, without LF or CR LF and without a BOM",
        arguments: [
            (Array("secret\n".utf8), "secret"), (Array("secret\r\nmore\n".utf8), "secret"),
            (Array("secret".utf8), "secret"), (Array(" s p \n".utf8), " s p "),
            ([0xEF, 0xBB, 0xBF] + Array("secret\n".utf8), "secret"),
            (Array("caf".utf8) + [0xE9, 0x0A], "caf\u{E9}"), ([0xC3, 0xBC, 0x0A], "\u{C3}\u{BC}"),
        ] as [([UInt8], String)])
    func file(_ bytes: [UInt8], _ password: String) async throws {
        let (status, sent) = try await sent(bytes)
        #expect(status == 0)
        #expect(sent == password)
    }

    @Test(
        "a password file that cannot be meant is refused, and nothing of it sent",
        arguments: [
            ([], 65), (Array("\nsecret\n".utf8), 65), ([0xFF, 0xFE, 0x61, 0, 0x0A, 0], 65),
            ([0xFE, 0xFF, 0, 0x61, 0, 0x0A], 65), ([UInt8](repeating: 0x61, count: 70_000), 65),
            (Array("a\rb\n".utf8), 77),
        ] as [([UInt8], Int)])
    func badFile(_ bytes: [UInt8], _ status: Int) async throws {
        let outcome = try await sent(bytes)
        #expect(outcome == (status, nil))
    }

    @Test("a password in the environment is sent as its bytes are")
    func environment() async throws {
        let server = try await ScriptedServer([:])
        let arguments = [
            "pop", "-u", "a", "--password-env", "P", "-h", "127.0.0.1", "--port", server.port, "--no-tls", "-m", "NOOP",
        ]
        let shell = ["/bin/sh", "-c", "P=$(printf 'caf\\351') exec \"$@\"", "sh", try Product.sluice]
        let run = try await MeasuredRun.of(shell + arguments)
        #expect(run.status == 0, "\(run.error)")
        #expect(try await server.stop().contains("PASS caf\u{E9}"))
    }

    @Test("arguments and configuration files that are no UTF-8 are refused", arguments: ["-u", "-p"])
    func noUTF8(_ option: String) async throws {
        let shell = ["/bin/sh", "-c", "exec \"$@\" \(option) $(printf 'caf\\351')", "sh", try Product.sluice]
        let run = try await MeasuredRun.of(shell + ["pop", "-h", "127.0.0.1", "-m", "NOOP"])
        #expect(run.status == 64)
        #expect(run.error == "sluice: argument 7 is not valid UTF-8: caf\\xe9\n")
        let folder = try TestFolder()
        try folder.write(Array(#"{"user":"caf"#.utf8) + [0xE9] + Array(#"","host":"127.0.0.1"}"#.utf8), to: "c.json")
        let configured = try await Command.run(["pop", "-c", folder["c.json"], "-p", "x", "-m", "NOOP"])
        #expect(configured == (65, "sluice: \(folder["c.json"]) is not valid UTF-8\n"))
    }
}
