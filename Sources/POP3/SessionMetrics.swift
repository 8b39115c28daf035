import Metrics

/// What sessions report to swift-metrics. Nothing is kept unless the program has bootstrapped a metrics system, before its
/// first session.
///
/// Counters: `pop3_connections`, `pop3_logins`, `pop3_reconnections`, `pop3_messages`, `pop3_message_bytes`, and
/// `pop3_errors` by `kind`. Timers: `pop3_connect_duration` up to the greeting, `pop3_login_duration`, and
/// `pop3_reply_duration` from a command to its status line.
enum SessionMetrics {
    private static let connections = Counter(label: "pop3_connections")
    private static let logins = Counter(label: "pop3_logins")
    private static let reconnections = Counter(label: "pop3_reconnections")
    private static let messages = Counter(label: "pop3_messages")
    private static let messageBytes = Counter(label: "pop3_message_bytes")
    private static let connectDuration = Metrics.Timer(label: "pop3_connect_duration")
    private static let loginDuration = Metrics.Timer(label: "pop3_login_duration")
    private static let replyDuration = Metrics.Timer(label: "pop3_reply_duration")

    static func connected(after duration: Duration) {
        connections.increment()
        connectDuration.record(duration: duration)
    }

    static func loggedIn(after duration: Duration) {
        logins.increment()
        loginDuration.record(duration: duration)
    }

    static func reconnected() { reconnections.increment() }

    static func answered(after duration: Duration) { replyDuration.record(duration: duration) }

    static func retrieved(_ batch: borrowing RetrievalBatch) {
        messages.increment(by: batch.messages)
        messageBytes.increment(by: batch.bytes)
    }

    static func failed(_ error: POP3Error) {
        Counter(label: "pop3_errors", dimensions: [("kind", error.kind)]).increment()
    }
}

extension POP3Error {
    /// The reason without its details, for metrics.
    fileprivate var kind: String {
        switch reason {
        case .transport(let error): error.kind
        case .authentication(.rejected): "login_refused"
        case .authentication: "login_failed"
        case .refused: "refused"
        case .badResponse, .bareLineFeed, .lineTooLong: "protocol"
        case .tlsUnavailable: "tls_unavailable"
        case .listingTooLong, .messageTooLarge: "limit"
        case .desynchronised, .differentEachTime, .notIdentified: "desynchronised"
        case .invalidArgument, .unsupported, .notConnected, .wrongState, .busy: "usage"
        }
    }
}

extension TransportError {
    fileprivate var kind: String {
        switch self {
        case .nameNotResolved: "name"
        case .notConnected, .cannotListen: "connect"
        case .timedOut, .tooSlow: "timeout"
        case .closedByPeer, .connectionLost: "connection_lost"
        case .certificateRejected: "certificate"
        case .handshakeFailed, .tlsAlert, .speaksTLS, .notTLS, .plaintextBeforeTLS: "tls"
        case .badConfiguration: "configuration"
        case .outOfResources: "resources"
        case .cancelled, .closed: "cancelled"
        }
    }
}
