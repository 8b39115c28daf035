public import ArgumentParser
public import MailDelivery
internal import MailStores
import POP3

struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Drain a maildrop into Maildirs, mbox files, JSON Lines or standard output.",
        discussion: """
            Nothing is deleted on the server unless --delete is given, and then only what every destination has made \
            durable, one of which keeps whole messages. What was fetched into files is remembered, by account and \
            destinations, and not fetched again. Exit codes are those of sysexits.h, which the README lists.
            """)

    @Argument(
        help: ArgumentHelp("The maildrop: pops://user@host or pop://user@host:port.", valueName: "url"),
        transform: parse)
    var url: POP3URL

    @Option(
        help: ArgumentHelp(
            "The user's name as it is, for a URL without one; in a URL, / ? # and % are written %2F %3F %23 and %25.",
            valueName: "name"))
    var user: String?

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp(
            "maildir:DIR, mbox:FILE, jsonl:FILE, null: or - (standard output). May be given again.",
            valueName: "destination"))
    var destinations: [String] = []

    @Flag(help: "Leave the mail on the server; this is the default.")
    var keep = false

    @Flag(help: "Delete from the server what every destination has made durable.")
    var delete = false

    @Option(
        help: ArgumentHelp(
            "Fetch only what this file does not name, and name there what was fetched, in place of the list in the user's state directory. With --delete, what it names as stored is deleted too.",
            valueName: "file"))
    var sinceUidl: String?

    @Flag(help: "Keep no list of what was fetched, and fetch everything.")
    var noSeen = false

    @Option(help: "How lines end in what is stored: as-received, or lf for mail readers that expect Unix files.")
    var lineEnds: LineEnds = .asReceived

    @Option(help: "The MIME parser for jsonl: destinations.")
    var backend: Backend = .native

    @Flag(help: "Show no progress and no summary.")
    var quiet = false

    @OptionGroup var connection: ConnectionOptions

    private static func parse(_ text: String) throws -> POP3URL {
        do {
            return try POP3URL(text)
        } catch {
            throw ValidationError(
                error.isAboutUser
                    ? "\(text): \(error), or leave it out of the URL and give it by --user." : "\(text): \(error).")
        }
    }

    mutating func validate() throws {
        if let user {
            guard url.user == nil || url.user == user else {
                throw ValidationError("The URL names another user than --user; give the name once.")
            }
            url.user = user
        }
        if keep, delete { throw ValidationError("--keep and --delete exclude each other.") }
        if noSeen, sinceUidl != nil { throw ValidationError("--no-seen and --since-uidl exclude each other.") }
        // What is no destination is reported when it is opened.
        if delete, !destinations.isEmpty,
            destinations.allSatisfy({ (try? SinkDestination($0))?.keepsWholeMessages == false })
        {
            throw ValidationError(
                "--delete needs a destination that keeps whole messages, such as --to maildir:DIR or --to mbox:FILE: "
                    + "null: keeps nothing, jsonl: keeps no attachments, and whether standard output is kept is not known."
            )
        }
        if destinations.isEmpty { throw ValidationError("Say where the mail is to go, such as --to maildir:Mail.") }
        if url.user == nil { throw ValidationError("The URL names no user; write pops://user@host, or --user.") }
    }

    func run() async throws {
        do {
            try await fetch()
        } catch DrainError.session(let error) {
            throw complaint(error)
        } catch let error as POP3Error {
            throw complaint(error)
        } catch DrainError.sink(let error) {
            throw complaint("\(error)", error.exitStatus)
        } catch let error as SinkError {
            throw complaint("\(error)", error.exitStatus)
        } catch let error as PasswordSource.Failure {
            throw complaint("\(error)", error.status)
        }
    }

    private func complaint(_ error: POP3Error) -> ExitCode {
        complaint(error.complaint(url.user ?? "", connection.endpoint(url), .fetch), error.exitStatus)
    }

    private func complaint(_ text: String, _ status: ExitStatus) -> ExitCode {
        StandardError.complain(text)
        return status.code
    }

    private func fetch() async throws {
        let user = url.user ?? ""
        // Destinations are opened first: there is no point in fetching what cannot be stored.
        var destinations: [SinkDestination] = []
        for text in self.destinations { destinations.append(try SinkDestination(text)) }
        let sink = try openSinks(destinations)
        let account = "\(user)@\(url.endpoint.host)"
        let seen = try openSeenMessages(account, destinations)
        var connection = connection
        if connection.auth == nil, let mechanism = url.mechanism { connection.auth = try Self.method(mechanism) }
        let credential = try connection.credential(user: user)
        let session = try await POP3Session.connect(
            to: connection.endpoint(url), configuration: connection.configuration)
        try await session.authenticate(credential)

        var options = MaildropDrain.Options()
        options.deletes = delete
        var bar = ProgressBar()
        let showsProgress = !quiet && StandardError.isTerminal
        let start = ContinuousClock.now
        let drain = MaildropDrain(session, account: account, into: sink, seen: seen, options: options) { progress in
            if showsProgress { bar.show(progress) }
        }
        defer { bar.clear() }
        // One session: nobody else waits while its thread writes, and no message changes threads.
        let report = try await withTaskExecutorPreference(session.executor) { try await drain.run() }
        bar.clear()
        try conclude(report, ContinuousClock.now - start)
    }

    private func openSinks(_ destinations: [SinkDestination]) throws(SinkError) -> any MailSink {
        var sinks: [any MailSink] = []
        for destination in destinations { sinks.append(try makeSink(destination)) }
        return sinks.count == 1 ? sinks[0] : SinkGroup(sinks)
    }

    private func makeSink(_ destination: SinkDestination) throws(SinkError) -> any MailSink {
        switch destination {
        case .maildir(let path):
            return try MaildirSink(directory: path, options: .init(lineEnds: lineEnds))
        case .mbox(let path): return try MboxrdSink(path: path, lineEnds: lineEnds)
        case .jsonLines(let path): return try backend.jsonLinesSink(path: path)
        case .null: return NullSink()
        case .standardOutput: return StandardOutputSink(lineEnds: lineEnds)
        }
    }

    /// The list of what was fetched before into these destinations; nil where none is kept: mail that goes nowhere, or to
    /// standard output, is not remembered unless a file is named for that.
    private func openSeenMessages(
        _ account: String, _ destinations: [SinkDestination]
    ) throws(SinkError) -> SeenMessageStore? {
        let names = destinations.map(\.absolute.description)
        if let sinceUidl {
            return try SeenMessageStore(path: sinceUidl, account: account, destinations: names)
        }
        guard !noSeen, destinations.contains(where: \.isStored), let directory = StateDirectory.forSeenMessages else {
            return nil
        }
        let name = "\(account):\(url.endpoint.port)"
        do throws(SinkError) {
            try directory.create()
            return try SeenMessageStore(path: directory.file(for: name), account: name, destinations: names)
        } catch {
            // Somebody else fetches from the same account; anything else must not keep mail from being fetched.
            if case .locked = error { throw error }
            StandardError.complain("what is fetched cannot be remembered: \(error)")
            return nil
        }
    }

    private static func method(_ name: String) throws -> AuthenticationMethod {
        guard let method = AuthenticationMethod(name: name == "+APOP" ? "APOP" : name) else {
            throw ValidationError("\(name) in the URL is no login method that sluice knows.")
        }
        return method
    }

    private func conclude(_ report: MaildropDrain.Report, _ elapsed: Duration) throws {
        for (message, error) in report.failures {
            StandardError.complain("message \(message.number) stays on the server: \(error)")
        }
        if report.unreadableMessages > 0 {
            StandardError.complain(
                "\(report.unreadableMessages) messages stay on the server: their lines in its listing have no number")
        }
        if report.knowsByContentOnly {
            StandardError.complain(
                "the server has no UIDL: all messages were fetched, and compared by content with those known before")
        }
        if !quiet {
            let progress = report.progress
            var text = "\(progress.messages) messages, \(ByteCount(progress.bytes)) in \(elapsed.tenths) s"
            text += " (\(ByteCount(Int(clamping: Double(progress.bytes) / max(elapsed.seconds, 0.001))))/s)"
            if progress.known > 0 { text += "; \(progress.known) skipped, known from before" }
            if progress.alreadyPresent > 0 { text += "; \(progress.alreadyPresent) stored before" }
            if report.quirks.contains(.wrongListedSize) { text += "; sizes differ from those listed" }
            if report.quirks.contains(.reconnected) { text += "; replies went astray, and a new connection was made" }
            if delete { text += "; \(progress.deletionsRequested) deleted" }
            StandardError.write("sluice: \(text)\n")
        }
        if delete, report.progress.deletionsRequested > 0, report.quirks.contains(.lostQuitReply) {
            StandardError.complain(
                "the answer to QUIT was lost; whether the mail is deleted will show at the next fetch")
            throw ExitStatus.temporary.code
        }
        if let status = report.exitStatus { throw status.code }
    }
}

extension Duration {
    fileprivate var tenths: String {
        let value = Int(clamping: (seconds * 10).rounded())
        return "\(value / 10).\(value % 10)"
    }
}

extension LineEnds: ExpressibleByArgument {}
