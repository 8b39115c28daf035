/// How the sandbox listens and behaves.
public struct SandboxConfiguration: Sendable {
    /// A numeric address.
    public var address = "127.0.0.1"
    /// The port for plain text and STLS; 0 for any that is free, nil for none.
    public var port: Int? = 0
    /// The port for implicit TLS; 0 for any that is free, nil for none.
    public var tlsPort: Int? = 0
    public var faults: Set<SandboxFault> = []
    public var mechanisms = Set(SandboxMechanism.allCases)
    /// Whether the greeting carries a timestamp for APOP.
    public var offersAPOP = true
    /// Whether a session has its maildrop to itself, as RFC 1939 §4 has it; a second login gets `[IN-USE]`.
    public var locksMaildrops = false
    /// Whether committed deletions also remove the mail from where it is stored.
    public var removesDeletedMail = false
    /// Between two bytes of ``SandboxFault/slowDrip``.
    public var dripInterval: Duration = .milliseconds(200)
    /// Before the replies of ``SandboxFault/slowFirstReplies``.
    public var slowReplyPause: Duration = .seconds(20)
    /// The faults of a session once its user has logged in; nil where its connection's go on.
    var faultsOfUser: (@Sendable (String) -> Set<SandboxFault>?)?
    /// Changes one line of what is sent; for property tests.
    package var mutator: WireMutator?
    /// How long a client may stay silent, or not take what it is sent, before its connection is closed.
    public var idleLimit: Duration = .seconds(600)
    /// How many transcript entries are kept, the oldest going first; 0 for none.
    public var transcriptLimit = 10_000

    public init() {}
}
