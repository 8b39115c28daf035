import BIOTransport
import Dispatch
import MessageBuffers
import POP3
import SASL
import Synchronization

/// A client and everything that it does, fed a server's bytes over a connection in memory, on a virtual clock.
///
/// Input: the security of the endpoint and what it may use (1 byte), the credential (1 byte), what the client does (1
/// byte), and what the server sends, in bursts that are separated by 0x1E. The first burst is sent at once, each other one
/// when something has come from the client. Properties: no crash, no wait beyond the deadlines, and no secret in the clear
/// where TLS was asked for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSession(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let run = SessionRun(security: input.byte(), credential: input.byte(), script: input.byte(), Array(input.rest))
    let done = DispatchSemaphore(value: 0)
    Task {
        await run.run()
        done.signal()
    }
    done.wait()
    return 0
}

/// One session, from connect to close.
final class SessionRun: Sendable {
    private static let clock = VirtualClock()
    private static let loops = EventLoopPool(name: "fuzz", threads: 1, clock: .virtual(clock))
    /// All that a session may wait: every time limit, for each of its commands, and reconnecting with its pauses.
    private static let longestRun: Duration = .seconds(24 * 3_600)

    static let user = "ada"
    static let secret = "pA55-w0rd-0f-Ada"
    /// What the secret is sent as: itself, and within the base64 of PLAIN at any of the three alignments.
    static let secretForms: [[UInt8]] = [
        Array("pA55-w0rd".utf8), Array("cEE1NS13MHJk".utf8), Array("BBNTUtdzByZC".utf8), Array("wQTU1LXcwcmQ".utf8),
    ]

    private let endpoint: POP3Endpoint
    private let credential: POP3Credential
    private let configuration: POP3Configuration
    private let script: UInt8
    private let server: FuzzServer

    init(security: UInt8, credential: UInt8, script: UInt8, _ bytes: [UInt8]) {
        let protection: [POP3Endpoint.Security] = [.plaintext, .startTLSRequired, .startTLSPreferred, .implicitTLS]
        endpoint = POP3Endpoint(host: "mail.example", port: 1110, security: protection[Int(security & 3)])
        self.credential = Self.credential(credential)
        self.script = script
        let server = FuzzServer(bytes, closesAtEnd: security & 4 == 0)
        self.server = server
        let isLoopback = security & 8 != 0
        var configuration = POP3Configuration(
            tls: TLSConfiguration(verification: .acceptAnythingInsecurely),
            limits: POP3Configuration.Limits(
                responseLine: 2_000, listingEntries: 500, messageSize: 100_000, capabilities: 50, rawReplyLines: 200),
            authentication: AuthenticationPolicy(
                allowsPlaintext: security & 16 != 0, iterationCounts: 1...5_000),
            asksForCapabilities: security & 32 == 0, acceptsBareLineFeeds: security & 64 != 0,
            connector: .stream { _, loop throws(TransportError) in
                try server.connect(on: loop, isLoopback: isLoopback)
            }, eventLoops: Self.loops)
        configuration.timeouts.reconnectPatience = .seconds(120)
        configuration.pipelining.commands = security & 128 == 0 ? 256 : 3
        self.configuration = configuration
    }

    private static func credential(_ choice: UInt8) -> POP3Credential {
        let secret = Secret(secret)
        switch choice % 5 {
        case 0: return .password(user: user, secret: secret)
        case 1: return .password(user: user, secret: secret, actingAs: "bob")
        case 2: return .oauth(user: user) { _ in secret }
        case 3: return .external(actingAs: user)
        default: return .apop(user: user, secret: secret)
        }
    }

    func run() async {
        let start = Self.clock.now
        do {
            try await withPOP3Session(to: endpoint, as: credential, configuration: configuration) { session in
                try await use(session)
            }
        } catch let error as POP3Error {
            require(!"\(error)".contains(Self.secret), "an error shows the secret: \(error)")
        } catch {
            require(error is CancellationError, "an error that is not typed: \(error)")
        }
        require(Self.clock.now.since(start) < Self.longestRun, "the session waited beyond its deadlines")
        let sent = server.plaintext
        guard endpoint.security == .startTLSRequired || endpoint.security == .implicitTLS else { return }
        for form in Self.secretForms {
            require(!Self.contains(sent, form), "the secret was sent in the clear")
        }
    }

    private static func contains(_ bytes: [UInt8], _ pattern: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: pattern) }
    }

    /// The calls of a client, by the bits of `script`.
    private func use(_ session: POP3Session) async throws {
        if script & 1 != 0 { _ = try await session.fetchStatus() }
        if script & 2 != 0 {
            for number in 1...2 {
                _ = try await session.fetchSize(of: number)
                _ = try await session.fetchUniqueID(of: number)
                _ = try? await session.retrieveTop(of: number, lines: 2)
            }
            _ = try await session.fetchLastAccessed()
        }
        if script & 4 != 0 { _ = try await session.sendCommand("XLIST", expectingLines: true) }
        let listing = try await session.list()
        for summary in listing { require(summary.number > 0, "a listed number below 1") }
        let threshold = script & 8 == 0 ? Int.max : 50
        for try await event in session.retrieveInChunks(.all, threshold: threshold) {
            guard case .chunk(let chunk) = event else { continue }
            if chunk.isLast, script & 16 != 0 { _ = try await session.delete([chunk.summary.number]) }
            if script & 32 != 0, chunk.summary.number == 2 { break }
        }
        if script & 64 != 0 { try await session.reset() }
        if script & 128 != 0 { _ = try await session.retrieveMessage(1) }
    }
}

/// Sends the bursts of a script over as many connections as the client makes, and keeps what the client sends in the
/// clear.
final class FuzzServer: Sendable {
    private static let separator: UInt8 = 0x1E
    /// Kept of each connection; enough for every login.
    private static let recordLimit = 64 * 1024

    /// The server has no deadlines: only the client's move the clock.
    private static func patience(_ stream: BIOStream) -> TimeLimit { stream.loop.limit(.closing, .seconds(Int64.max)) }

    private struct State {
        var bursts: ArraySlice<[UInt8]>
        var plaintext: [UInt8] = []
    }

    private let state: Mutex<State>
    private let closesAtEnd: Bool

    init(_ bytes: [UInt8], closesAtEnd: Bool) {
        let bursts = bytes.split(separator: Self.separator, omittingEmptySubsequences: false).map(Array.init)
        state = Mutex(State(bursts: bursts[...]))
        self.closesAtEnd = closesAtEnd
    }

    /// What the client has sent before TLS.
    var plaintext: [UInt8] { state.withLock { $0.plaintext } }

    /// A connection to the server, whose side runs until the client closes it.
    func connect(on loop: EventLoop, isLoopback: Bool) throws(TransportError) -> BIOStream {
        nonisolated(unsafe) let pair = try BIOStream.memoryPair(on: loop, isLoopback: isLoopback)
        loop.clock.beginWorkElsewhere()
        // Both streams are used on the loop's thread only, which they check.
        Task {
            let host = ServerHost(loop)
            await host.run { host in
                loop.clock.endWorkElsewhere()
                await self.serve(pair.server, host)
            }
        }
        return pair.client
    }

    private func serve(_ stream: BIOStream, _ host: isolated ServerHost) async {
        defer { stream.close() }
        do throws(TransportError) {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 8_192, alignment: 8)
            defer { buffer.deallocate() }
            while true {
                guard let burst = state.withLock({ $0.bursts.popFirst() }) else {
                    if closesAtEnd { return }
                    // Silence, until the client has had enough.
                    while try await stream.read(into: buffer, within: Self.patience(stream)) > 0 {}
                    return
                }
                stream.enqueue(burst)
                try await stream.flush(within: Self.patience(stream))
                let count = try await stream.read(into: buffer, within: Self.patience(stream))
                guard count > 0 else { return }
                let arrived = Array(buffer[..<count])
                state.withLock { if $0.plaintext.count < Self.recordLimit { $0.plaintext += arrived } }
            }
        } catch {
            // However the client ends, its server's side is done.
        }
    }
}

/// An actor on the fuzzed loop.
actor ServerHost {
    private nonisolated let loop: EventLoop

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ loop: EventLoop) { self.loop = loop }

    func run(_ body: @Sendable (isolated ServerHost) async -> Void) async { await body(self) }
}
