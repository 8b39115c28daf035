import Foundation
import POP3Sandbox
import POP3TestSupport
import Testing

/// `sluice fetch` as a user runs it, against the sandbox.
@Suite("sluice fetch", .serialized, .timeLimit(.minutes(15)))
struct FetchCommandTests {
    private static let messages = (1...5).map { Array("Subject: mail \($0)\r\n\r\n.dot\r\nbody \($0)\r\n".utf8) }

    /// Starts a sandbox and gives `body` the URL by TLS, the CA file and a folder.
    private func withServer(
        faults: Set<SandboxFault> = [],
        _ body: (_ url: String, _ options: [String], TestFolder, POP3Sandbox) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration()
        configuration.faults = faults
        let sandbox = try await POP3Sandbox.start(messages: Self.messages, configuration: configuration)
        let folder = try TestFolder()
        try sandbox.writeCertificateAuthority(to: folder["ca.pem"])
        let options = ["--ca-file", folder["ca.pem"], "--password-env", "SLUICE_TEST_PASSWORD", "--quiet"]
        try await body("pops://user@localhost:\(try #require(sandbox.tlsPort))", options, folder, sandbox)
        await sandbox.stop()
    }

    private func files(_ folder: String) throws -> [Data] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .map { try Data(contentsOf: URL(filePath: "\(folder)/\($0)")) }
    }

    @Test("a Maildir gets every message as the server has stored it")
    func maildir() async throws {
        try await withServer { url, options, folder, sandbox in
            let run = try await Command.run(["fetch", url, "--to", "maildir:\(folder["Mail"])"] + options)
            #expect(run == (0, ""))
            let stored = try files(folder["Mail/new"])
            #expect(Set(stored) == Set(Self.messages.map { Data($0) }))
            #expect(sandbox.deletedUIDs(of: "user").isEmpty)
        }
    }

    @Test("several destinations get the same mail, and --line-ends lf changes nothing else")
    func destinations() async throws {
        try await withServer { url, options, folder, _ in
            let run = try await Command.run(
                ["fetch", url, "--to", "maildir:\(folder["Mail"])", "--to", "jsonl:\(folder["mail.jsonl"])"]
                    + ["--to", "mbox:\(folder["mail.mbox"])", "--line-ends", "lf"] + options)
            #expect(run == (0, ""))
            let withLF = Self.messages.map { Data($0.filter { $0 != 0x0D }) }
            let stored = try files(folder["Mail/new"])
            #expect(Set(stored) == Set(withLF))
            let lines = try String(contentsOfFile: folder["mail.jsonl"], encoding: .utf8).split(separator: "\n")
            #expect(lines.count == Self.messages.count)
            let parsed = try await Command.output(["parse", "--json", folder["mail.mbox"]])
            #expect(parsed.output.split(separator: "\n").count == Self.messages.count)
        }
    }

    @Test("with a memory of UIDL ids only what is new is fetched")
    func memory() async throws {
        try await withServer { url, options, folder, sandbox in
            for _ in 1...2 {
                let arguments = ["fetch", url, "--to", "maildir:\(folder["Mail"])", "--since-uidl", folder["seen"]]
                let run = try await Command.run(arguments + options)
                #expect(run.status == 0)
            }
            let stored = try files(folder["Mail/new"])
            #expect(stored.count == Self.messages.count)
            #expect(sandbox.commands.filter { $0.hasPrefix("RETR") }.count == Self.messages.count)
        }
    }

    @Test("--delete deletes what was stored")
    func deletes() async throws {
        try await withServer { url, options, folder, sandbox in
            let run = try await Command.run(["fetch", url, "--delete", "--to", "maildir:\(folder["Mail"])"] + options)
            #expect(run == (0, ""))
            #expect(sandbox.deletedUIDs(of: "user").count == Self.messages.count)
        }
    }

    @Test("nothing is deleted that a destination could not store")
    func failedSink() async throws {
        try await withServer { url, options, _, sandbox in
            let run = try await Command.run(["fetch", url, "--delete", "--to", "mbox:/dev/full"] + options)
            #expect(run.status == 73 || run.status == 74)
            #expect(!sandbox.commands.contains { $0.hasPrefix("DELE") })
        }
    }

    @Test(
        "each failure has its exit code (sysexits.h)",
        arguments: [
            (SandboxFault.certWrongHost, 77), (.authRefused, 77), (.inUse, 75), (.greetingNotPOP3, 76),
            (.closeMidMessage, 69), (.retrRefused, 75), (.quitRefused, 69),
        ])
    func exitCodes(_ fault: SandboxFault, _ status: Int) async throws {
        try await withServer(faults: [fault]) { url, options, _, _ in
            let run = try await Command.run(["fetch", url, "--to", "null:"] + options)
            #expect(run.status == status, "\(run.error)")
            #expect(run.error.hasPrefix("sluice: "))
        }
    }

    @Test("a lost answer to QUIT matters only where something was to be deleted")
    func lostQuit() async throws {
        try await withServer(faults: [.lostQuitReply]) { url, options, folder, _ in
            let arguments = ["fetch", url, "--to", "maildir:\(folder["Mail"])", "--no-seen"] + options
            let keeping = try await Command.run(arguments)
            #expect(keeping == (0, ""))
            let deleting = try await Command.run(arguments + ["--delete"])
            #expect(deleting.status == 75)
        }
    }

    @Test("odd ids and sizes are no failure, and a message over the limit is one that no retry will change")
    func oddListing() async throws {
        try await withServer(faults: [.uidlOddLines, .listSizesOdd, .listOmitsMessages]) { url, options, folder, _ in
            let run = try await Command.run(["fetch", url, "--to", "maildir:\(folder["Mail"])"] + options)
            #expect(run == (0, ""))
            #expect(Set(try files(folder["Mail/new"])) == Set(Self.messages.map { Data($0) }))
        }
        try await withServer { url, options, folder, _ in
            let run = try await Command.run(["fetch", url, "--to", "null:", "--max-message-size", "30"] + options)
            #expect(run.status == 65, "\(run.error)")
        }
    }

    @Test("mail that went nowhere is not known where it is to be kept, and not deleted before it is")
    func observedIsNotStored() async throws {
        try await withServer { url, options, folder, sandbox in
            let list = ["--since-uidl", folder["seen"]] + options
            #expect(try await Command.run(["fetch", url, "--to", "null:"] + list) == (0, ""))
            let run = try await Command.run(["fetch", url, "--to", "maildir:\(folder["Mail"])", "--delete"] + list)
            #expect(run == (0, ""))
            #expect(Set(try files(folder["Mail/new"])) == Set(Self.messages.map { Data($0) }))
            #expect(sandbox.deletedUIDs(of: "user").count == Self.messages.count)
        }
    }

    @Test("a Maildir that is gone is filled again before anything that it held is deleted")
    func goneDestination() async throws {
        try await withServer { url, options, folder, sandbox in
            let arguments =
                ["fetch", url, "--to", "maildir:\(folder["Mail"])", "--since-uidl", folder["seen"]] + options
            #expect(try await Command.run(arguments) == (0, ""))
            try FileManager.default.removeItem(atPath: folder["Mail"])
            #expect(try await Command.run(arguments + ["--delete"]) == (0, ""))
            #expect(Set(try files(folder["Mail/new"])) == Set(Self.messages.map { Data($0) }))
            #expect(sandbox.deletedUIDs(of: "user").count == Self.messages.count)
        }
    }

    @Test("what went into files is remembered in the state directory, unless --no-seen is given")
    func rememberedByDefault() async throws {
        try await withServer { url, options, folder, sandbox in
            let arguments = ["fetch", url, "--to", "maildir:\(folder["Mail"])"] + options
            for _ in 1...2 {
                let run = try await Command.run(arguments)
                #expect(run == (0, ""))
            }
            #expect(sandbox.commands.filter { $0.hasPrefix("RETR") }.count == Self.messages.count)
            let run = try await Command.run(arguments + ["--no-seen"])
            #expect(run == (0, ""))
            #expect(sandbox.commands.filter { $0.hasPrefix("RETR") }.count == 2 * Self.messages.count)
        }
    }

    @Test(
        "--delete is refused where no destination keeps whole messages",
        arguments: [["null:"], ["jsonl:x.jsonl"], ["-"], ["null:", "jsonl:x.jsonl"]])
    func deletingWithoutKeeping(_ destinations: [String]) async throws {
        let run = try await Command.run(
            ["fetch", "pops://a@localhost:1", "--delete"] + destinations.flatMap { ["--to", $0] })
        #expect(run.status == 64)
        #expect(run.error.contains("keeps whole messages"))
    }

    @Test("a server without UIDL is fetched by content, which is said")
    func byContent() async throws {
        try await withServer(faults: [.uidlMissing]) { url, options, folder, _ in
            let arguments =
                ["fetch", url, "--to", "mbox:\(folder["mail.mbox"])", "--since-uidl", folder["seen"]] + options
            for _ in 1...2 {
                let run = try await Command.run(arguments)
                #expect(run.status == 0 && run.error.contains("no UIDL"))
            }
            let parsed = try await Command.output(["parse", "--json", folder["mail.mbox"]])
            #expect(parsed.output.split(separator: "\n").count == Self.messages.count)
        }
    }

    @Test("two mails with one id are both stored, and both deleted")
    func oneIDForTwo() async throws {
        try await withServer(faults: [.uidlDuplicate]) { url, options, folder, sandbox in
            let arguments =
                ["fetch", url, "--to", "maildir:\(folder["Mail"])", "--since-uidl", folder["seen"]] + options
            let keeping = try await Command.run(arguments)
            let deleting = try await Command.run(arguments + ["--delete"])
            #expect(keeping == (0, "") && deleting == (0, ""))
            let stored = try files(folder["Mail/new"])
            #expect(Set(stored) == Set(Self.messages.map { Data($0) }))
            #expect(sandbox.deletedUIDs(of: "user").count == Self.messages.count)
        }
    }

    @Test(
        "a wrong command line is told before anything is done",
        arguments: [
            ["fetch"], ["fetch", "http://x", "--to", "null:"], ["fetch", "pops://x", "--to", "null:"],
            ["fetch", "pops://a@x"], ["fetch", "pops://a:b@x", "--to", "null:"],
            ["fetch", "pops://a@x", "--to", "null:", "--keep", "--delete"],
            ["fetch", "pops://a@x", "--to", "floppy:"], ["fetch", "pops://a@x", "--to", "null:", "--pin", "12"],
            ["fetch", "pops://a@x", "--to", "null:", "--client-cert", "c"], ["pop", "-m", "STAT"],
            ["parse", "--json", "--tree", "x"],
        ])
    func usage(_ arguments: [String]) async throws {
        let run = try await Command.run(arguments)
        #expect(run.status == 64)
    }

    @Test("a password is not sent in plain text to a server without TLS that requires it")
    func plaintext() async throws {
        try await withServer(faults: [.stlsMissing]) { _, options, _, sandbox in
            let url = "pop://user@localhost:\(try #require(sandbox.port))"
            let run = try await Command.run(["fetch", url, "--starttls", "required", "--to", "null:"] + options)
            #expect(run.status == 77)
            #expect(!sandbox.commands.contains { $0.hasPrefix("USER") || $0.hasPrefix("PASS") || $0.hasPrefix("AUTH") })
        }
    }

    @Test("the transcript shows commands, and no secret")
    func transcript() async throws {
        try await withServer { url, options, _, _ in
            let run = try await Command.run(
                ["fetch", url, "--to", "null:", "--auth", "USER", "--log-level", "trace"] + options)
            #expect(run.error.contains("C: PASS ****"))
            #expect(!run.error.contains("PASS password"))
        }
    }
}

/// `sluice pop`, with node-pop3's flags.
@Suite("sluice pop", .serialized, .timeLimit(.minutes(15)))
struct PopCommandTests {
    @Test(
        "each method prints its answer",
        arguments: [
            (["STAT"], "2 40\n"), (["LIST"], "1 20\n2 20\n"), (["LIST", "2"], "2 20\n"),
            (["RETR", "1"], "Subject: 1\r\n\r\nbody\r\n"), (["TOP", "1"], "Subject: 1\r\n\r\n"),
            (["RETR 2"], "Subject: 2\r\n\r\nbody\r\n"), (["NOOP"], ""), (["command", "LIST", "1"], "1 20\n"),
        ])
    func methods(_ method: [String], _ output: String) async throws {
        let sandbox = try await POP3Sandbox.start(
            messages: (1...2).map { Array("Subject: \($0)\r\n\r\nbody\r\n".utf8) })
        let port = try #require(sandbox.port)
        let result = try await Command.output(
            ["pop", "-u", "user", "-p", "password", "-h", "127.0.0.1", "--port", "\(port)", "--no-tls", "-m"] + method)
        #expect(result == (0, output))
        await sandbox.stop()
    }

    @Test("options come from a file too, and a failure shows in the exit code")
    func configuration() async throws {
        let sandbox = try await POP3Sandbox.start(messages: [Array("Subject: 1\r\n\r\n".utf8)])
        let folder = try TestFolder()
        let port = try #require(sandbox.port)
        let text =
            #"{"user":"user","password":"password","host":"127.0.0.1","port":\#(port),"tls":false,"method":"UIDL"}"#
        try folder.write(text.utf8, to: "config.json")
        let result = try await Command.output(["pop", "-c", folder["config.json"]])
        #expect(result.status == 0 && result.output.hasPrefix("1 "))
        let refused = try await Command.run(["pop", "-c", folder["config.json"], "-m", "RETR", "9"])
        #expect(refused.status == 69)
        let missing = try await Command.run(["pop", "-c", folder["none.json"]])
        #expect(missing.status == 66)
        await sandbox.stop()
    }
}
