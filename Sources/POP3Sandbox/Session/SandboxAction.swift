/// What a session wants done next.
package enum SandboxAction: Sendable, Equatable {
    /// Send these bytes; they may share a segment with others.
    case write([UInt8])
    /// Send each byte in a segment of its own, with a pause after each.
    case writeSingly([UInt8], pause: Duration)
    /// Send what is waiting before anything else is added to it.
    case flush
    case pause(Duration)
    /// Shake hands, then tell the session by `startedTLS`.
    case startTLS
    /// Send what is waiting, then close.
    case close
}
