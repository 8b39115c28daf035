import BIOTransport
import MessageBuffers
import POP3Wire

/// One connection of a session, with everything that ends with it.
final class POP3Connection {
    let stream: BIOStream
    var scanner: ResponseScanner
    /// The size from which the scanner gives a message in chunks. It is set for each event and rarely changes, and each
    /// access to the scanner, as a part of an object, is checked at run time.
    var streamingThreshold = Int.max {
        didSet {
            if streamingThreshold != oldValue { scanner.limits.streamingThreshold = streamingThreshold }
        }
    }
    var rate: RateMonitor
    /// The text of the greeting, in which APOP finds its timestamp.
    var greeting: [UInt8] = []
    /// What CAPA has listed in the present state; nil where it has not been asked for.
    var capabilities: POP3Capabilities?
    /// What the server could do before the login.
    var capabilitiesBeforeLogin: POP3Capabilities?
    /// Who has logged in; nil before the login.
    var credential: POP3Credential?

    init(_ stream: BIOStream, _ configuration: POP3Configuration) {
        self.stream = stream
        scanner = Self.makeScanner(configuration)
        rate = RateMonitor(configuration.timeouts)
    }

    private static func makeScanner(_ configuration: POP3Configuration) -> ResponseScanner {
        var limits = WireLimits()
        limits.responseLine = configuration.limits.responseLine
        limits.messageSize = configuration.limits.messageSize
        var scanner = ResponseScanner(limits: limits)
        scanner.acceptsBareLineFeeds = configuration.acceptsBareLineFeeds
        return scanner
    }

    /// Forgets what was learnt in plain text, after STLS (RFC 2595 §4).
    func forgetPlaintext(_ configuration: POP3Configuration) {
        scanner = Self.makeScanner(configuration)
        streamingThreshold = .max
        capabilities = nil
    }

    var isLoggedIn: Bool { credential != nil }

    /// Whether the server advertises PIPELINING, before or after the login: RFC 2449 §6.6 has it in both.
    var announcesPipelining: Bool { (capabilities ?? capabilitiesBeforeLogin)?.supports("PIPELINING") ?? false }

    /// What CAPA says of the time between logins (RFC 2449 §6.5).
    var loginDelay: Duration? {
        guard
            let word = capabilitiesBeforeLogin?.arguments(of: "LOGIN-DELAY")?.first
                ?? capabilities?.arguments(of: "LOGIN-DELAY")?.first
        else { return nil }
        return ListingReply.decimal(word.utf8).map { .seconds(min($0, 24 * 3600)) }
    }

    /// What the scanner had to tolerate.
    var quirks: Set<POP3Quirk> {
        Set(
            scanner.quirks.map { quirk in
                switch quirk {
                case .longStatusLine: .longStatusLine
                case .unfinishedTerminator: .unfinishedTerminator
                case .bareLineFeed: .bareLineFeeds
                }
            })
    }

    // MARK: Input and output without waiting

    /// Sends what is queued and reads what is there.
    func receive() throws(TransportError) -> BIOStream.ReadOutcome {
        try stream.sendQueued()
        SlabPool.checkOut(to: &scanner)
        let outcome = unsafe try stream.readAvailable(into: scanner.freeSpace())
        if case .bytes(let count) = outcome {
            scanner.received(count)
            rate.received(count)
        }
        return outcome
    }

    /// The event for a message that lacks only the end of its terminator, at the end of the stream; nil for none.
    func finishAtEnd() throws(WireError) -> WireEvent? {
        scanner.awaitsEndOfTerminator ? try scanner.finishUnterminated() : nil
    }

    /// Gives the receive block back that nothing unread is in.
    func releaseBlock() { SlabPool.checkIn(from: &scanner) }

    /// Closes the connection and forgets what was received.
    func close() {
        stream.close()
        releaseBlock()
        scanner.discardAll()
    }
}
