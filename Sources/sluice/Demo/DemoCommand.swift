import ArgumentParser
import Glibc
import MIME
import MIMECompare
import MailDelivery
import MailGenerator
import POP3
import POP3Sandbox

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Drain a generated mailbox over TLS from the sandbox, parse it with every backend, and store it.")

    @Option(help: "How many mails to generate.")
    var mails = 2_000

    @Option(help: ArgumentHelp("Where the Maildir and the JSON Lines go.", valueName: "folder"))
    var output = "demo"

    @Option(help: "The seed of the generator.")
    var seed: UInt64 = 1

    func run() async throws {
        let clock = ContinuousClock()
        let generator = MailGenerator(seed: seed)
        var generated: [[UInt8]] = []
        let generating = clock.measure { generated = (0..<mails).map { generator.mail(at: $0) } }
        let bytes = generated.reduce(0) { $0 + $1.count }
        try report("generated", generating, "\(mails) mails of \(MailKind.allCases.count) kinds, \(ByteCount(bytes))")

        let sandbox = try await POP3Sandbox.start(messages: generated)
        guard let port = sandbox.tlsPort else { throw ExitStatus.unavailable.code }
        var collected: [MessageBytes] = []
        let draining = try await clock.measure { collected = try await drain(port, sandbox.certificateAuthorityPEM) }
        try report("drained", draining, "\(collected.count) messages over TLS, pipelined")

        var documents: [Backend: [MIMEDocument]] = [:]
        for backend in Backend.allCases {
            let parsing = try clock.measure { documents[backend] = try collected.map { try backend.parse($0) } }
            try report("parsed", parsing, "with the \(backend.rawValue) backend")
        }
        try store(collected, clock)
        try compare(documents)
        await sandbox.stop()
    }

    private func drain(_ port: Int, _ authority: String) async throws -> [MessageBytes] {
        var configuration = POP3Configuration()
        configuration.tls.trustRoots = .pem(authority)
        let session = try await POP3Session.connect(to: .pops("localhost", port: port), configuration: configuration)
        try await session.authenticate(.password(user: "user", secret: Secret("password")))
        var messages: [MessageBytes] = []
        for try await message in session.retrieve(.all) { messages.append(message.bytes) }
        try await session.quit()
        return messages
    }

    private func store(_ messages: [MessageBytes], _ clock: ContinuousClock) throws {
        if mkdirIfAbsent(output) != 0 {
            StandardError.complain("cannot create \(output)")
            throw ExitStatus.cannotCreate.code
        }
        let sinks: [(String, any MailSink)] = [
            ("Maildir", try MaildirSink(directory: "\(output)/Maildir")),
            ("JSON Lines", try Backend.native.jsonLinesSink(path: "\(output)/mail.jsonl")),
        ]
        for (name, sink) in sinks {
            let storing = try clock.measure {
                for (index, message) in messages.enumerated() {
                    let origin = MessageOrigin(account: "user@localhost", uidl: nil, number: index + 1)
                    _ = try sink.deliver(message, origin)
                }
                try sink.sync()
            }
            try report("stored", storing, "as \(name) in \(output)/, durable")
        }
    }

    private func mkdirIfAbsent(_ path: String) -> Int32 {
        let status = unsafe mkdir(path, 0o755)
        return status != 0 && errno == EEXIST ? 0 : status
    }

    private func compare(_ documents: [Backend: [MIMEDocument]]) throws {
        guard let reference = documents[.native] else { return }
        for backend in Backend.allCases where backend != .native {
            guard let others = documents[backend] else { continue }
            var kinds: [Difference.Kind: Int] = [:]
            var agreeing = 0
            for (document, other) in zip(reference, others) {
                let differences = Comparison(document, other).differences
                if differences.isEmpty { agreeing += 1 }
                for kind in Set(differences.map(\.kind)) { kinds[kind, default: 0] += 1 }
            }
            let listed = kinds.sorted { $0.value > $1.value }.map { "\($0.value) by \($0.key.rawValue)" }
            let detail = listed.isEmpty ? "" : "; the others differ: \(listed.joined(separator: ", "))"
            try StandardOutput.write(
                "agreement  native and \(backend.rawValue): \(agreeing) of \(reference.count) messages\(detail)\n")
        }
    }

    private func report(_ stage: String, _ duration: Duration, _ text: String) throws {
        let milliseconds = Int((duration.seconds * 1000).rounded())
        let name = stage + String(repeating: " ", count: max(0, 11 - stage.count))
        let time = String(milliseconds)
        try StandardOutput.write("\(name)\(String(repeating: " ", count: max(0, 6 - time.count)))\(time) ms  \(text)\n")
    }
}
