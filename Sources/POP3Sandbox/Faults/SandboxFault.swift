/// A way in which the sandbox misbehaves on request: each attack and each quirk that a client has to live through.
///
/// The raw value is the name on the command line. Faults combine; where two concern the same reply, the one that says
/// less wins.
public enum SandboxFault: String, CaseIterable, Sendable, Hashable {
    // MARK: TLS
    case stlsInjectionWhole = "stls-injection-whole"
    case stlsInjectionSplit = "stls-injection-split"
    case stlsMissing = "stls-missing"
    case stlsRefused = "stls-refused"
    case stlsSilence = "stls-silence"
    case tlsPortSpeaksPlain = "tls-port-speaks-plain"
    case certSelfSigned = "cert-self-signed"
    case certUnknownRoot = "cert-unknown-root"
    case certWrongHost = "cert-wrong-host"
    case certExpired = "cert-expired"
    case certNulName = "cert-nul-name"

    // MARK: Greeting and capabilities
    case earlyReplies = "early-replies"
    case silentGreeting = "silent-greeting"
    case greetingRefused = "greeting-refused"
    case greetingNotPOP3 = "greeting-not-pop3"
    case greetingAngleBracketsNoMsgid = "greeting-angle-brackets-no-msgid"
    case apopCollisionBanner = "apop-collision-banner"
    case closeAfterGreeting = "close-after-greeting"
    case capaRefused = "capa-refused"
    case capaChangesAfterLogin = "capa-changes-after-login"
    case capaEndless = "capa-endless"
    case capaEmpty = "capa-empty"
    case capaOnlyNTLM = "capa-only-ntlm"
    case capaCloses = "capa-closes"
    case capaOneLine = "capa-one-line"

    // MARK: Login
    case okForSaslPlus = "ok-for-sasl-plus"
    case saslUnknown = "sasl-unknown"
    case plainInTwoSteps = "plain-in-two-steps"
    case authRefusedAfterUncleanEnd = "auth-refused-after-unclean-end"
    case office365TwoStepXoauth2 = "office365-two-step-xoauth2"
    case scramWrongServerSignature = "scram-wrong-server-signature"
    case scramHugeIterations = "scram-huge-iterations"
    case scramForeignNonce = "scram-foreign-nonce"
    case loginDelay = "login-delay"
    case inUse = "in-use"
    case inUseOnce = "in-use-once"
    case sysTemp = "sys-temp"
    case sysTempOnce = "sys-temp-once"
    case sysPerm = "sys-perm"
    case authRefused = "auth-refused"
    case closeOnLogin = "close-on-login"

    // MARK: Listings
    case wrongMessageCount = "wrong-message-count"
    case exchangeWrongSizes = "exchange-wrong-sizes"
    case comcastUidlSpaces = "comcast-uidl-spaces"
    case listSizesOdd = "list-sizes-odd"
    case listSizesTooSmall = "list-sizes-too-small"
    case listSizesOfLF = "list-sizes-of-lf"
    case listSizesRandom = "list-sizes-random"
    case listOmitsMessages = "list-omits-messages"
    case listRefused = "list-refused"
    case slowFirstReplies = "slow-first-replies"
    case uidlOddLines = "uidl-odd-lines"
    case uidl71Octets = "uidl-71-octets"
    case uidlEmpty = "uidl-empty"
    case uidlPath = "uidl-path"
    case uidlDuplicate = "uidl-duplicate"
    case uidlMissing = "uidl-missing"
    case uidlOmitsMessages = "uidl-omits-messages"
    case endlessListing = "endless-listing"
    case endlessLine = "endless-line"
    case longStatusLine = "long-status-line"
    case closeMidListing = "close-mid-listing"

    // MARK: Messages
    case okBeforeTerminator = "ok-before-terminator"
    case unstuffedDot = "unstuffed-dot"
    case extraOK = "extra-ok"
    case refusesListingOfOne = "refuses-listing-of-one"
    case listsAllForOne = "lists-all-for-one"
    case endlessMessage = "endless-message"
    case exchangeTerminatorWithoutCRLF = "exchange-terminator-without-crlf"
    case cyrusTerminatorWithoutLF = "cyrus-terminator-without-lf"
    case terminatorCut = "terminator-cut"
    case closeMidMessage = "close-mid-message"
    case silentMessage = "silent-message"
    case slowDrip = "slow-drip"
    case retrRefused = "retr-refused"
    case topMissing = "top-missing"

    // MARK: The connection as a whole
    case readCutEveryByte = "read-cut-every-byte"
    case bareLFLines = "bare-lf-lines"
    case terminalEscapes = "terminal-escapes"
    case pipeliningMissing = "pipelining-missing"
    case pipeliningDropsReplies = "pipelining-drops-replies"
    case pipeliningCloses = "pipelining-closes"
    case pipeliningStalls = "pipelining-stalls"
    case lastUnknown = "last-unknown"
    case gmailDropsOnUTF8 = "gmail-drops-on-utf8"
    case deleRefused = "dele-refused"

    // MARK: Numbers: each numeric field of each reply
    case numberZero = "number-zero"
    case numberMinusOne = "number-minus-one"
    case numberTwoTo31 = "number-2-to-31"
    case numberTwoTo32 = "number-2-to-32"
    case numberTwoTo63LessOne = "number-2-to-63-less-one"
    case numberTwoTo63 = "number-2-to-63"
    case numberTwoTo64 = "number-2-to-64"
    case number40Digits = "number-40-digits"
    case numberWord = "number-word"
    case numberNothing = "number-nothing"

    // MARK: QUIT
    case gmailHidesAfterQuit = "gmail-hides-after-quit"
    case lostQuitReply = "lost-quit-reply"
    case lostQuitUncommitted = "lost-quit-uncommitted"
    case quitRefused = "quit-refused"

    /// One line on what the server does.
    public var summary: String { Self.summaries[self] ?? rawValue }
}
