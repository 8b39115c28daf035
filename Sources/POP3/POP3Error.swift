public import BIOTransport
internal import ByteCoding
public import POP3Wire
public import SASL

/// What went wrong in a session, with which command and which message.
public struct POP3Error: Error, Sendable {
    // Indirect, since every function that can throw keeps room for errors in its frame. Were the whole error one word,
    // it would be returned in a register, and Swift 6.3 crashes over that in some asynchronous callers.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public indirect enum Reason: Sendable, Equatable {
        /// The connection: not made, timed out, closed, or its TLS refused.
        case transport(TransportError)
        case authentication(AuthenticationError)
        /// The server answered `-ERR`; its text is escaped.
        case refused(code: ResponseCode?, text: String)
        /// The server sent something that is no POP3; the start of it, escaped.
        case badResponse(String)
        /// The greeting ends with LF alone; `POP3Configuration.acceptsBareLineFeeds` would take it.
        case bareLineFeed
        /// TLS was required, and the server does not offer STLS or refuses it. No credential was sent.
        case tlsUnavailable(String)
        /// A response line without an end.
        case lineTooLong(limit: Int)
        /// A listing with more lines than the limit.
        case listingTooLong(limit: Int)
        /// A message over the limit: by its listed size, before it was asked for, or while it arrived (`listed` is
        /// nil).
        case messageTooLarge(listed: Int?, limit: Int)
        /// The server's replies no longer match the commands: one was lost, doubled or made up, or came before its
        /// command. What has arrived since replies last matched does not count.
        case desynchronised(String)
        /// The server sent a message twice, by itself, and not the same both times.
        case differentEachTime
        /// On a new connection, the message cannot be identified for certain among those listed there.
        case notIdentified(String)
        /// An argument that would not stay one argument on the line. Nothing was sent.
        case invalidArgument(String)
        /// The server does not advertise what the call needs.
        case unsupported(capability: String)
        /// The session is not connected, or no longer.
        case notConnected
        /// The call needs a login, or needs that there was none yet.
        case wrongState(String)
        /// Another command is under way, and its reply comes first.
        case busy
    }

    /// Where an error comes from. A class, so that errors stay small.
    package final class Origin: Sendable {
        let endpoint: POP3Endpoint
        let user: String?

        init(_ endpoint: POP3Endpoint, user: String?) {
            self.endpoint = endpoint
            self.user = user
        }
    }

    public let reason: Reason
    /// The command, its secrets redacted; nil if none was involved.
    public let command: String?
    /// The number of the message.
    public let message: Int?
    private let origin: Origin?

    /// The server; nil in an error that no session has thrown.
    public var endpoint: POP3Endpoint? { origin?.endpoint }
    /// The user who had logged in, or was about to; nil where the credential has none.
    public var user: String? { origin?.user }

    /// An error as a session throws it, for tests of code that handles errors.
    ///
    /// - Parameters:
    ///   - reason: what went wrong.
    ///   - command: the command, its secrets redacted.
    ///   - message: the number of the message.
    ///   - endpoint: the server.
    ///   - user: the user; it has no effect without `endpoint`.
    public init(
        _ reason: Reason, command: String? = nil, message: Int? = nil, endpoint: POP3Endpoint? = nil,
        user: String? = nil
    ) {
        self.init(reason, command, message, endpoint.map { Origin($0, user: user) })
    }

    private init(_ reason: Reason, _ command: String?, _ message: Int?, _ origin: Origin?) {
        self.reason = reason
        self.command = command
        self.message = message
        self.origin = origin
    }

    /// The error with its endpoint and user.
    func from(_ origin: Origin) -> POP3Error { POP3Error(reason, command, message, origin) }

    /// Whether the same call can succeed later without a change: only where the server said so, or the connection
    /// failed.
    public var isTemporary: Bool {
        switch reason {
        case .refused(let code?, _): code.isTemporary
        case .authentication(let error): error.isTemporary
        case .transport(.timedOut), .transport(.closedByPeer), .transport(.connectionLost), .transport(.notConnected),
            .transport(.tooSlow):
            true
        case .transport(.tlsAlert(let alert)): alert.isTemporary
        default: false
        }
    }

    /// The extended response code of a refusal (RFC 2449 §8, RFC 3206), whatever was refused: a command or a login.
    public var responseCode: ResponseCode? {
        switch reason {
        case .refused(let code, _): code
        case .authentication(.rejected(_, let code, _)): code.map { ResponseCode($0) }
        default: nil
        }
    }

    /// Whether the task was cancelled.
    public var isCancellation: Bool {
        if case .transport(.cancelled) = reason { true } else { false }
    }
}

extension POP3Error: Equatable {
    public static func == (left: POP3Error, right: POP3Error) -> Bool {
        left.reason == right.reason && left.command == right.command && left.message == right.message
            && left.endpoint == right.endpoint && left.user == right.user
    }
}

extension POP3Error: CustomStringConvertible {
    /// Whose maildrop, on which server, what went wrong, and with which command or message: such as
    /// `ada at pops://pop.example.com:995: the server refused: no such message (RETR 9)`.
    public var description: String {
        guard let endpoint else { return summary }
        return user.map { "\(EscapedText($0)) at \(endpoint): \(summary)" } ?? "\(endpoint): \(summary)"
    }

    /// The description without server and user.
    public var summary: String {
        if let command { return "\(reason) (\(command))" }
        return message.map { "\(reason) (message \($0))" } ?? "\(reason)"
    }
}

extension POP3Error.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .transport(let error): "\(error)"
        case .authentication(let error): "\(error)"
        case .refused(let code?, let text) where !text.hasPrefix("["): "the server refused: [\(code)] \(text)"
        case .refused(_, let text): "the server refused: \(text)"
        case .badResponse(let text): "the server's answer is no POP3: \(text)"
        case .bareLineFeed:
            "the server ends lines with LF alone, not CRLF; if it is known to, accept bare line feeds explicitly"
        case .tlsUnavailable(let why): "TLS is required, and \(why); nothing secret was sent"
        case .lineTooLong(let limit): "the server sent a line longer than \(limit) bytes"
        case .listingTooLong(let limit): "the server's listing has more than \(limit) entries"
        case .messageTooLarge(let listed?, let limit): "the message has \(listed) bytes, over the limit of \(limit)"
        case .messageTooLarge(nil, let limit): "the message is longer than the limit of \(limit) bytes"
        case .desynchronised(let what): "the server's replies do not match the commands: \(what)"
        case .differentEachTime: "the server sent the message several times, and never twice the same"
        case .notIdentified(let why): "\(why); the message stays on the server"
        case .invalidArgument(let why): why
        case .unsupported(let capability): "the server does not offer \(capability)"
        case .notConnected: "not connected"
        case .wrongState(let why): why
        case .busy: "another command is under way"
        }
    }
}

extension POP3Error {
    init(_ error: WireError, command: String? = nil, message: Int? = nil) {
        let reason: Reason =
            switch error {
            case .lineTooLong(let limit): .lineTooLong(limit: limit)
            case .messageTooLarge(let limit): .messageTooLarge(listed: nil, limit: limit)
            case .notAStatus(let text): .badResponse(text)
            case .unexpectedReply(let text): .desynchronised("a reply to no command: \(text)")
            case .bareLineFeed: .bareLineFeed
            }
        self.init(reason, command: command, message: message)
    }

    init(_ error: CommandError) {
        self.init(.invalidArgument("\(error); nothing was sent"))
    }

    init(_ error: ListingError, command: String) {
        let reason: Reason =
            switch error.fault {
            case .statusLine: .desynchronised("a status line within a listing: \(error.line)")
            case .tooManyEntries(let limit): .listingTooLong(limit: limit)
            }
        self.init(reason, command: command)
    }
}
