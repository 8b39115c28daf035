internal import ByteCoding
internal import Digests

/// What the server knows of a connection when a client logs in.
package struct LoginContext: Sendable {
    package var accounts: [SandboxAccount] = []
    package var faults: Set<SandboxFault> = []
    package var channelBinding: [UInt8]?
    package var clientCommonName: String?
    package var offersChannelBinding = false

    func account(_ name: some Sequence<UInt8>) -> SandboxAccount? {
        let name = Array(name)
        return accounts.first { Array($0.user.utf8) == name }
    }

    func account(_ name: some Sequence<UInt8>, password: some Sequence<UInt8>) -> SandboxAccount? {
        guard let account = account(name), Array(account.password.utf8) == Array(password) else { return nil }
        return account
    }
}

/// The server's next move in a SASL exchange.
enum SASLStep {
    case challenge([UInt8])
    case success(SandboxAccount)
    case failure
}

/// The server's side of one SASL exchange; each call takes what the client sent, decoded.
protocol SASLServerExchange: Sendable {
    /// `initial` is nil where the client sent no initial response.
    mutating func start(_ initial: [UInt8]?, _ context: LoginContext) -> SASLStep
    mutating func respond(_ response: [UInt8], _ context: LoginContext) -> SASLStep
}

extension SandboxMechanism {
    func makeExchange() -> any SASLServerExchange {
        switch self {
        case .plain: PlainExchange()
        case .login: LoginExchange()
        case .cramMD5: CRAMMD5Exchange()
        case .scramSHA1: SCRAMExchange(.sha1, isBound: false)
        case .scramSHA256: SCRAMExchange(.sha256, isBound: false)
        case .scramSHA256Plus: SCRAMExchange(.sha256, isBound: true)
        case .external: ExternalExchange()
        case .xoauth2: OAuthExchange(form: .xoauth2)
        case .oauthBearer: OAuthExchange(form: .bearer)
        }
    }
}

/// RFC 4616.
private struct PlainExchange: SASLServerExchange {
    func start(_ initial: [UInt8]?, _ context: LoginContext) -> SASLStep {
        guard let initial else { return .challenge([]) }
        return respond(initial, context)
    }

    func respond(_ response: [UInt8], _ context: LoginContext) -> SASLStep {
        let fields = response.split(separator: 0, omittingEmptySubsequences: false)
        guard fields.count == 3, let account = context.account(fields[1], password: fields[2]) else { return .failure }
        // Nobody may act for anybody else here.
        guard fields[0].isEmpty || fields[0].elementsEqual(fields[1]) else { return .failure }
        return .success(account)
    }
}

private struct LoginExchange: SASLServerExchange {
    private var user: [UInt8]?

    mutating func start(_ initial: [UInt8]?, _ context: LoginContext) -> SASLStep {
        guard let initial else { return .challenge(Array("Username:".utf8)) }
        return respond(initial, context)
    }

    mutating func respond(_ response: [UInt8], _ context: LoginContext) -> SASLStep {
        guard let user else {
            user = response
            return .challenge(Array("Password:".utf8))
        }
        return context.account(user, password: response).map { .success($0) } ?? .failure
    }
}

/// RFC 2195.
private struct CRAMMD5Exchange: SASLServerExchange {
    private var challenge: [UInt8] = []

    mutating func start(_ initial: [UInt8]?, _ context: LoginContext) -> SASLStep {
        challenge = Array("<".utf8) + Hexadecimal.encode(unpredictableBytes(12)) + Array("@sandbox.invalid>".utf8)
        return initial == nil ? .challenge(challenge) : .failure
    }

    func respond(_ response: [UInt8], _ context: LoginContext) -> SASLStep {
        guard let space = response.lastIndex(of: UInt8(ascii: " ")),
            let account = context.account(response[..<space])
        else { return .failure }
        let key = Array(account.password.utf8)
        let code = try? HashFunction.md5.authenticationCode(of: challenge, key: key.span)
        return code.map { response[(space + 1)...].elementsEqual(Hexadecimal.encode($0)) } == true
            ? .success(account) : .failure
    }
}

/// RFC 4422 appendix A: the client's certificate says who it is.
private struct ExternalExchange: SASLServerExchange {
    func start(_ initial: [UInt8]?, _ context: LoginContext) -> SASLStep {
        guard let initial else { return .challenge([]) }
        return respond(initial, context)
    }

    func respond(_ response: [UInt8], _ context: LoginContext) -> SASLStep {
        guard let name = context.clientCommonName, let account = context.account(name.utf8) else { return .failure }
        return response.isEmpty || response.elementsEqual(name.utf8) ? .success(account) : .failure
    }
}

/// XOAUTH2 and OAUTHBEARER (RFC 7628): a failure is reported in a challenge, which the client answers before it is refused.
private struct OAuthExchange: SASLServerExchange {
    enum Form { case xoauth2, bearer }

    let form: Form
    private var isRefused = false

    init(form: Form) {
        self.form = form
    }

    mutating func start(_ initial: [UInt8]?, _ context: LoginContext) -> SASLStep {
        guard let initial else { return .challenge([]) }
        if form == .xoauth2, context.faults.contains(.office365TwoStepXoauth2) { return .failure }
        return respond(initial, context)
    }

    mutating func respond(_ response: [UInt8], _ context: LoginContext) -> SASLStep {
        if isRefused { return .failure }
        let fields = response.split(separator: 1)
        let bearer = fields.first { $0.starts(with: "auth=Bearer ".utf8) }?.dropFirst("auth=Bearer ".utf8.count)
        let user: ArraySlice<UInt8>? =
            switch form {
            case .xoauth2: fields.first.flatMap { $0.starts(with: "user=".utf8) ? $0.dropFirst(5) : nil }
            case .bearer:
                fields.first.flatMap { header in
                    header.split(separator: UInt8(ascii: ",")).first { $0.starts(with: "a=".utf8) }?.dropFirst(2)
                }
            }
        if let user, let bearer, let account = context.account(user), let token = account.token,
            bearer.elementsEqual(token.utf8)
        {
            return .success(account)
        }
        isRefused = true
        return .challenge(Array(#"{"status":"401","schemes":"bearer","scope":"mail"}"#.utf8))
    }
}
