import BIOTransport
internal import ByteCoding
import Logging
import POP3Wire

/// The protocol as it is spoken, for a logger at trace level: commands with their secrets redacted, replies
/// escaped, messages by their size only.
struct Transcript: Sendable {
    private let logger: Logger?
    /// Cached: `logger != nil` would copy the existential on every command.
    private let hasLogger: Bool

    /// - Parameters:
    ///   - logger: gets the transcript; nil for none.
    ///   - endpoint: named in the metadata of each entry, as `pop3_endpoint`.
    ///   - user: likewise, as `pop3_user`; nil where the credential has none, or is not known yet.
    init(_ logger: Logger?, endpoint: POP3Endpoint, user: String?) {
        var logger = logger
        logger?[metadataKey: "pop3_endpoint"] = "\(endpoint)"
        if let user { logger?[metadataKey: "pop3_user"] = "\(EscapedText(user))" }
        self.logger = logger
        hasLogger = logger != nil
    }

    /// Whether the logger takes the transcript; no text is made otherwise.
    var isEnabled: Bool { hasLogger && (logger?.logLevel ?? .critical) <= .trace }

    func sent(_ redacted: @autoclosure () -> String) {
        guard isEnabled else { return }
        logger?.trace("C: \(redacted())")
    }

    func received(_ status: StatusLine) {
        guard isEnabled else { return }
        let indicator =
            switch status.indicator {
            case .ok: "+OK"
            case .error: "-ERR"
            // A challenge can hold what a dictionary attack needs.
            case .challenge: "+ ****"
            }
        let text = status.indicator == .challenge ? "" : " \(EscapedText(Array(status.text)))"
        logger?.trace("S: \(indicator)\(text)")
    }

    func received(message number: Int, size: Int) {
        guard isEnabled else { return }
        logger?.trace("S: message \(number), \(size) bytes")
    }

    func note(_ text: @autoclosure () -> String, _ tls: TLSSessionInfo?) {
        guard let logger, logger.logLevel <= .debug else { return }
        if let tls {
            logger.debug("\(text()): \(tls.version) \(tls.cipher)\(tls.isResumed ? ", resumed" : "")")
        } else {
            logger.debug("\(text())")
        }
    }
}
