import BIOTransport

/// One connection: carries a session's actions out on the event loop that owns its socket.
actor SandboxConnection {
    private static let readSize = 32 * 1024
    /// Replies are gathered up to this size before they are sent.
    private static let gatherLimit = 256 * 1024

    private nonisolated let loop: EventLoop
    private let configuration: SandboxConfiguration
    private let tls: TLSServerContext
    private let log: SandboxLog
    private let number: Int
    private var session: SandboxSession
    private var reported = SandboxCounters()

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        // The loop lives as long as the process.
        unsafe loop.asUnownedSerialExecutor()
    }

    init(
        on loop: EventLoop, accounts: [SandboxAccount], configuration: SandboxConfiguration, tls: TLSServerContext,
        isTLS: Bool, log: SandboxLog
    ) {
        self.loop = loop
        self.configuration = configuration
        self.tls = tls
        self.log = log
        number = log.open()
        session = SandboxSession(accounts: accounts, configuration: configuration, isTLS: isTLS)
    }

    /// Serves the accepted socket until either side ends it, or the task is cancelled.
    func serve(_ descriptor: Int32) async {
        do throws(TransportError) {
            let stream = try BIOStream(connected: descriptor, on: loop)
            defer { stream.close() }
            if session.isTLS { try await startTLS(stream) }
            try await converse(stream)
        } catch {
            // A client that goes away, in whatever way, is an ordinary end for a server.
        }
        session.end()
        report()
        log.count { $0.openConnections -= 1 }
    }

    private var limit: TimeLimit { loop.limit(.request, configuration.idleLimit) }

    private func converse(_ stream: BIOStream) async throws(TransportError) {
        while true {
            while let action = session.nextAction() {
                try await perform(action, on: stream)
            }
            try await flush(stream)
            if session.isClosed { return }
            if try await !receive(from: stream) { return }
        }
    }

    /// Gives the session what arrives next; false at the client's end.
    private func receive(from stream: BIOStream) async throws(TransportError) -> Bool {
        let limit = limit
        while true {
            switch try receiveAvailable(from: stream) {
            case .bytes: return true
            case .end: return false
            case .wouldBlock: try await stream.waitForProgress(within: limit)
            }
        }
    }

    private func receiveAvailable(from stream: BIOStream) throws(TransportError) -> BIOStream.ReadOutcome {
        // Nothing waits within the call, so its memory need not outlive it.
        try unsafe withUnsafeTemporaryAllocation(byteCount: Self.readSize, alignment: 16) {
            (buffer) throws(TransportError) in
            let outcome = unsafe try stream.readAvailable(into: buffer)
            if case .bytes(let count) = outcome { unsafe session.receive(buffer[..<count]) }
            return outcome
        }
    }

    private func perform(_ action: SandboxAction, on stream: BIOStream) async throws(TransportError) {
        switch action {
        case .write(let bytes):
            stream.enqueue(bytes)
            if stream.queuedCount >= Self.gatherLimit { try await flush(stream) }
        case .writeSingly(let bytes, let pause):
            for byte in bytes {
                try await flush(stream)
                stream.enqueue(CollectionOfOne(byte))
                try await flush(stream)
                if pause > .zero { try await wait(pause, on: stream) }
            }
        case .flush: try await flush(stream)
        case .pause(let pause): try await wait(pause, on: stream)
        case .startTLS: try await startTLS(stream)
        case .close: try await flush(stream)
        }
    }

    /// What was said is on record before the client can know of it.
    private func flush(_ stream: BIOStream) async throws(TransportError) {
        report()
        try await stream.flush(within: limit)
    }

    /// Waits for the whole time, whatever arrives meanwhile.
    private func wait(_ pause: Duration, on stream: BIOStream) async throws(TransportError) {
        let deadline = loop.clock.deadline(after: pause)
        while try await stream.waitForProgress(until: deadline) {}
    }

    private func startTLS(_ stream: BIOStream) async throws(TransportError) {
        do throws(TransportError) {
            try await stream.acceptTLS(tls, within: loop.limit(.tlsHandshake, configuration.idleLimit))
        } catch {
            log.count { $0.failedTLSHandshakes += 1 }
            throw error
        }
        log.count { $0.tlsHandshakes += 1 }
        session.startedTLS(channelBinding: stream.channelBinding(), clientCommonName: stream.peerCommonName())
    }

    private func report() {
        log.add(session.takeTranscript(), connection: number)
        let (now, before) = (session.counters, reported)
        guard now != before else { return }
        reported = now
        log.count { counters in
            counters.commands += now.commands - before.commands
            counters.logins += now.logins - before.logins
            counters.messagesSent += now.messagesSent - before.messagesSent
        }
    }
}

extension TransportPhase {
    /// Between two commands of a client.
    fileprivate static let request = TransportPhase("request", circumstance: "waiting for a command")
}
