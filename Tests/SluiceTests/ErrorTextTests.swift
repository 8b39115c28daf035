import Foundation
import POP3
import POP3Sandbox
import POP3TestSupport
import Testing

@testable import sluice

/// What the command says when something goes wrong: whose maildrop, on which server, why, and what to change.
@Suite("Errors of the command", .serialized, .timeLimit(.minutes(15)))
struct ErrorTextTests {
    private static let pops = POP3Endpoint.pops("host")
    private static let pop = POP3Endpoint.pop("host")

    @Test(
        "an error names the account, the server and the option to change, and has its exit code",
        arguments: [
            (.transport(.timedOut(.connecting, limit: .seconds(3))), pops, "--connect-timeout", 68),
            (.transport(.timedOut(.tlsHandshake, limit: .seconds(3))), pops, "--tls-timeout", 69),
            (.transport(.timedOut(.greeting, limit: .seconds(3))), pops, "--timeout", 69),
            (.transport(.timedOut(.greeting, limit: .seconds(3))), pop, "pops://", 69),
            (.transport(.timedOut(.command, limit: .seconds(3))), pop, "--timeout", 69),
            (.transport(.timedOut(.body, limit: .seconds(3))), pop, "--timeout", 69),
            (.transport(.tooSlow(bytesPerSecond: 1, minimum: 2)), pop, "--minimum-rate", 69),
            (.transport(.speaksTLS), pop, "pops://", 77),
            (.transport(.notTLS(received: "\"+OK\"")), pops, "pop://", 77),
            (.transport(.tlsAlert(TLSAlert(code: 116))), pops, "--client-cert", 77),
            (.transport(.tlsAlert(TLSAlert(code: 80))), pops, "internal error", 69),
            (.transport(.certificateRejected(.unknownIssuer)), pops, "--ca-file", 77),
            (.messageTooLarge(listed: 2, limit: 1), pops, "--max-message-size", 76),
            (.bareLineFeed, pops, "--accept-bare-line-feeds", 76),
        ] as [(POP3Error.Reason, POP3Endpoint, String, Int32)])
    func advice(_ reason: POP3Error.Reason, _ endpoint: POP3Endpoint, _ option: String, _ code: Int32) {
        let error = POP3Error(reason)
        let text = error.complaint("ada\u{202E}", endpoint, .fetch)
        #expect(text.hasPrefix("ada\\u{202e} at \(endpoint): "))
        #expect(text.contains(option))
        #expect(error.exitStatus.rawValue == code)
    }

    @Test("a mistake on this side is not told as if the server had made it")
    func localMistakes() async throws {
        let folder = try TestFolder()
        let fetch = ["fetch", "pops://a@127.0.0.1:9", "--password-env", "SLUICE_TEST_PASSWORD"]
        let rows = [
            (["--to", "Mail"], 64, "'Mail' is no destination"),
            (["--to", "null:", "--password-env", "SLUICE_NO_SUCH"], 66, "the environment has no variable"),
            (["--to", "maildir:" + folder["no/such"]], 73, "cannot"),
        ]
        for (arguments, status, text) in rows {
            let run = try await Command.run(fetch + arguments)
            #expect(run.status == status)
            #expect(run.error.hasPrefix("sluice: \(text)") && !run.error.contains("127.0.0.1"), "\(run.error)")
        }
        let sandbox = try await POP3Sandbox.start(messages: [])
        let url = "pops://a@127.0.0.1:\(try #require(sandbox.tlsPort))"
        let run = try await Command.run(
            ["fetch", url, "--to", "null:", "--ca-file", folder["none"], "--password-env", "SLUICE_TEST_PASSWORD"])
        #expect(run.status == 64)
        #expect(run.error.hasPrefix("sluice: the TLS configuration cannot be used") && !run.error.contains("pops:"))
        await sandbox.stop()
    }

    @Test("what a server says in UTF-8 is shown as it is, but for what a terminal would obey")
    func serverText() async throws {
        let text = "Postfach gesperrt: Größe 密 \u{1B}[2J\u{202E}"
        let server = try await ScriptedServer(["PASS": "-ERR " + String(bytes: text.utf8) + " \u{E9}\r\n"])
        let run = try await Command.run([
            "pop", "-u", "ada", "-p", "x", "-h", "127.0.0.1", "--port", server.port, "--no-tls", "-m", "NOOP",
        ])
        _ = try await server.stop()
        #expect(run.status == 77)
        #expect(run.error.hasPrefix("sluice: ada at pop://127.0.0.1:\(server.port): "))
        #expect(run.error.contains("Postfach gesperrt: Größe 密 \\x1b[2J\\u{202e} \\xe9"))
    }

    @Test("pop:// on a port of TLS ends with a hint at pops://, before the time limit")
    func plaintextToTLS() async throws {
        let sandbox = try await POP3Sandbox.start(messages: [])
        let url = "pop://ada@127.0.0.1:\(try #require(sandbox.tlsPort))"
        let run = try await Command.run(
            ["fetch", url, "--to", "null:", "--password-env", "SLUICE_TEST_PASSWORD", "--timeout", "4"])
        #expect(run.status == 77)
        #expect(run.error.hasSuffix("speaks TLS on this port, and was asked in plain text (write pops://)\n"))
        await sandbox.stop()
    }

    @Test("a TLS record in place of the greeting is told from a greeting")
    func alertAsGreeting() async throws {
        let server = try await ScriptedServer(["greeting": "\u{15}\u{03}\u{03}\u{00}\u{02}\u{02}\u{28}"])
        let run = try await Command.run([
            "pop", "-u", "ada", "-p", "x", "-h", "127.0.0.1", "--port", server.port, "--no-tls", "-m", "NOOP",
        ])
        #expect(run.status == 77)
        #expect(run.error.hasSuffix("(write --tls)\n"))
        #expect(try await server.stop().isEmpty)
    }

    @Test("pops:// on a port of plain text ends with a hint at pop://")
    func tlsToPlaintext() async throws {
        let server = try await ScriptedServer([:])
        let run = try await Command.run([
            "fetch", "pops://ada@127.0.0.1:\(server.port)", "--to", "null:", "--password-env", "SLUICE_TEST_PASSWORD",
        ])
        _ = try await server.stop()
        #expect(run.status == 77)
        #expect(run.error.contains("it sent \"+OK\" (write pop://"))
    }

    @Test("a greeting that never comes is named once, with the option and the other scheme")
    func silence() async throws {
        let server = try await ScriptedServer(["greeting": ""])
        let run = try await Command.run([
            "fetch", "pop://ada@127.0.0.1:\(server.port)", "--to", "null:", "--password-env", "SLUICE_TEST_PASSWORD",
            "--timeout", "1",
        ])
        _ = try await server.stop()
        #expect(run.status == 69)
        #expect(
            run.error == "sluice: ada at pop://127.0.0.1:\(server.port): timed out after 1.0 seconds waiting for the "
                + "greeting (--timeout sets the limit; if the port speaks TLS from the start, write pops://)\n")
    }
}

/// Names that a URL cannot hold as they are.
@Suite("The user's name on the command line", .serialized, .timeLimit(.minutes(15)))
struct UserNameTests {
    @Test(
        "a name that is not written as a URL has it is refused, saying how to write it",
        arguments: [
            ("DOM/user/box", "%2F"), ("a?b", "%3F"), ("a#b", "%23"), ("50%", "%25"), ("a%zzb", "%25"), ("a%+5b", "%25"),
        ])
    func url(_ name: String, _ escape: String) async throws {
        let run = try await Command.run(["fetch", "pops://\(name)@host", "--to", "null:"])
        #expect(run.status == 64)
        #expect(run.error.contains(escape) && run.error.contains("--user"), "\(run.error)")
    }

    @Test("--user takes the name as it is, and a URL its escapes", arguments: ["DOM/user/box", "50%", "a?b#c", "ä b"])
    func option(_ name: String) async throws {
        let account = SandboxAccount(user: name, password: "password", maildrop: MemoryMaildrop([]))
        let sandbox = try await POP3Sandbox.start([account])
        let port = try #require(sandbox.port)
        let rest = ["--to", "null:", "--password-env", "SLUICE_TEST_PASSWORD", "--quiet"]
        let escaped = try #require(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        #expect(try await Command.run(["fetch", "pop://127.0.0.1:\(port)", "--user", name] + rest) == (0, ""))
        #expect(try await Command.run(["fetch", "pop://\(escaped)@127.0.0.1:\(port)"] + rest) == (0, ""))
        let both = try await Command.run(["fetch", "pop://other@127.0.0.1:\(port)", "--user", name] + rest)
        #expect(both.status == 64)
        await sandbox.stop()
    }
}
