/// The server's side of one POP3 connection, without I/O (RFC 1939, 2449, 2595, 5034, 6856).
///
/// Feed it what arrives with `receive`, then take actions until there is none: they are made one at a time, so that a
/// large message never is in memory.
package struct SandboxSession: Sendable {
    enum Phase {
        case greeting
        case authorization
        case sasl(any SASLServerExchange)
        case startingTLS
        case transaction
        /// Nothing is answered any more, and the connection stays open.
        case silent
        case closed
    }

    /// A command line longer than this ends the connection; room for OAuth tokens in one line.
    static let lineLimit = 64 * 1024

    let configuration: SandboxConfiguration
    private(set) var faults: Set<SandboxFault>
    var login: LoginContext
    let banner: [UInt8]
    var isTLS: Bool

    var phase = Phase.greeting
    var input: [UInt8] = []
    var inputStart = 0
    var actions: [SandboxAction] = []
    var actionStart = 0
    var body: ReplyBody?

    var user: [UInt8]?
    var account: SandboxAccount?
    var snapshot = Mailbox.Snapshot()
    var totalBytes = 0
    var deleted: Set<Int> = []
    var retrieved: Set<Int> = []
    var highest = 0
    var holdsLock = false
    var terminatorCount = 0
    /// The text in the place of every number, if a fault has one.
    private(set) var numberText: String?
    /// Whether the replies that are slow once have been.
    var hasListed = false
    var hasRetrieved = false
    /// Whether the status of the next RETR has gone out already.
    var earlyStatus = false

    private var entries: [(sender: TranscriptEntry.Sender, line: [UInt8])] = []
    package private(set) var counters = SandboxCounters()

    /// - Parameter isTLS: whether TLS is up from the first byte; `startedTLS` is called before the first action then.
    package init(accounts: [SandboxAccount], configuration: SandboxConfiguration, isTLS: Bool = false) {
        self.configuration = configuration
        self.isTLS = isTLS
        faults = configuration.faults
        numberText = configuration.faults.numberText
        login = LoginContext(accounts: accounts, faults: configuration.faults)
        banner = Self.makeBanner(configuration)
    }

    /// Takes the faults that were set for this user, if any.
    mutating func takeFaults(ofUser user: String) {
        guard let faults = configuration.faultsOfUser?(user) else { return }
        self.faults = faults
        numberText = faults.numberText
    }

    // MARK: Input

    /// Takes what has arrived.
    package mutating func receive(_ bytes: some Sequence<UInt8>) {
        switch phase {
        case .silent, .closed, .startingTLS: return
        default: break
        }
        input.removeSubrange(..<inputStart)
        inputStart = 0
        input.append(contentsOf: bytes)
        if case .transaction = phase { breakPipelining() }
    }

    /// TLS is up, by STLS or from the start.
    /// - Parameters:
    ///   - channelBinding: the `tls-exporter` bytes; nil before TLS 1.3.
    ///   - clientCommonName: whom the client's certificate names, if it has shown one that is trusted.
    package mutating func startedTLS(channelBinding: [UInt8]?, clientCommonName: String?) {
        isTLS = true
        login.channelBinding = channelBinding
        login.clientCommonName = clientCommonName
        login.offersChannelBinding = channelBinding != nil && configuration.mechanisms.contains(.scramSHA256Plus)
        user = nil
        if case .startingTLS = phase { phase = .authorization }
    }

    /// The connection is gone: gives the maildrop free without committing anything.
    package mutating func end() {
        if holdsLock { account?.mailbox.unlock() }
        holdsLock = false
        if case .transaction = phase { account?.mailbox.noteUncleanEnd() }
        phase = .closed
    }

    /// Whether more input can lead to anything but the end.
    package var isClosed: Bool {
        if case .closed = phase { return actionStart == actions.count }
        return false
    }

    /// The next thing to do; nil until more arrives.
    package mutating func nextAction() -> SandboxAction? {
        while true {
            if actionStart < actions.count {
                defer { actionStart += 1 }
                return actions[actionStart]
            }
            actions.removeAll(keepingCapacity: true)
            actionStart = 0
            switch phase {
            case .silent, .closed, .startingTLS: return nil
            case .greeting: greet()
            default:
                if body != nil {
                    continueBody()
                } else if let line = takeLine() {
                    handle(line)
                } else if let held = configuration.mutator?.takeHeld() {
                    return .write(held)
                } else {
                    return nil
                }
            }
        }
    }

    private mutating func takeLine() -> [UInt8]? {
        guard let end = input[inputStart...].firstIndex(of: 0x0A) else {
            if input.count - inputStart > Self.lineLimit {
                reply("-ERR The line is too long")
                close()
            }
            return nil
        }
        var line = input[inputStart..<end]
        inputStart = end + 1
        if line.last == 0x0D { line.removeLast() }
        return Array(line)
    }

    /// Whether another command has arrived already.
    var hasMoreCommands: Bool { input[inputStart...].contains(0x0A) }

    private mutating func breakPipelining() {
        let faulty: Set<SandboxFault> = [.pipeliningDropsReplies, .pipeliningCloses, .pipeliningStalls]
        guard !faults.isDisjoint(with: faulty), let first = input.firstIndex(of: 0x0A), first + 1 < input.count else {
            return
        }
        input.removeSubrange((first + 1)...)
        if faults.contains(.pipeliningCloses) {
            close()
        } else if faults.contains(.pipeliningStalls) {
            phase = .silent
        }
    }

    // MARK: The transcript

    mutating func record(_ sender: TranscriptEntry.Sender, _ line: [UInt8]) {
        guard configuration.transcriptLimit > 0 else { return }
        entries.append((sender, line))
    }

    /// What was said since the last call.
    package mutating func takeTranscript() -> [(sender: TranscriptEntry.Sender, line: [UInt8])] {
        defer { entries.removeAll(keepingCapacity: true) }
        return entries
    }

    mutating func count(_ change: (inout SandboxCounters) -> Void) {
        change(&counters)
    }
}
