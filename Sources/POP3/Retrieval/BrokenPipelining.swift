import Synchronization

/// The servers that this process has seen to fail at pipelining, so that it is not tried on them again.
enum BrokenPipelining {
    /// What is remembered at most; beyond, everything is forgotten.
    private static let limit = 4096

    private static let servers = Mutex<Set<POP3Endpoint>>([])

    static func isKnown(of endpoint: POP3Endpoint) -> Bool {
        servers.withLock { $0.contains(endpoint) }
    }

    static func remember(_ endpoint: POP3Endpoint) {
        servers.withLock { servers in
            if servers.count >= limit { servers.removeAll() }
            servers.insert(endpoint)
        }
    }
}
