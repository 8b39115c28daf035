internal import ByteCoding
internal import Digests

/// The server's side of SCRAM (RFC 5802, RFC 7677), with `tls-exporter` where it is bound (RFC 9266).
struct SCRAMExchange: SASLServerExchange {
    private static let iterations = 4096

    let hash: HashFunction
    let isBound: Bool
    private var phase = Phase.first
    private var account: SandboxAccount?
    private var header: [UInt8] = []
    private var clientFirstBare: [UInt8] = []
    private var serverFirst: [UInt8] = []
    private var nonce: [UInt8] = []
    private let salt = unpredictableBytes(16)

    private enum Phase { case first, final, acknowledgement }

    init(_ hash: HashFunction, isBound: Bool) {
        self.hash = hash
        self.isBound = isBound
    }

    mutating func start(_ initial: [UInt8]?, _ context: LoginContext) -> SASLStep {
        guard let initial else { return .challenge([]) }
        return respond(initial, context)
    }

    mutating func respond(_ response: [UInt8], _ context: LoginContext) -> SASLStep {
        switch phase {
        case .first: return answerFirst(response, context)
        case .final: return answerFinal(response, context)
        case .acknowledgement:
            guard response.isEmpty, let account else { return .failure }
            return .success(account)
        }
    }

    private mutating func answerFirst(_ message: [UInt8], _ context: LoginContext) -> SASLStep {
        let fields = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count >= 4, fields[2].starts(with: "n=".utf8), fields[3].starts(with: "r=".utf8) else {
            return .failure
        }
        let flag = Array(fields[0])
        let isAcceptable =
            isBound
            ? flag == Array("p=tls-exporter".utf8)
            // "y" claims that the server offers no binding; where it does, somebody has taken the offer away.
            : flag == Array("n".utf8) || (flag == Array("y".utf8) && !context.offersChannelBinding)
        guard isAcceptable else { return .failure }
        header = Array(message[..<fields[2].startIndex])
        clientFirstBare = Array(message[fields[2].startIndex...])
        account = context.account(Self.unescape(fields[2].dropFirst(2)))
        let clientNonce =
            context.faults.contains(.scramForeignNonce) ? Array("foreign".utf8)[...] : fields[3].dropFirst(2)
        nonce = Array(clientNonce) + Hexadecimal.encode(unpredictableBytes(12))
        let count = context.faults.contains(.scramHugeIterations) ? Int(Int32.max) : Self.iterations
        let text = context.faults.numberText ?? String(count)
        serverFirst =
            Array("r=".utf8) + nonce + Array(",s=".utf8) + Base64.encode(salt) + Array(",i=\(text)".utf8)
        phase = .final
        return .challenge(serverFirst)
    }

    private mutating func answerFinal(_ message: [UInt8], _ context: LoginContext) -> SASLStep {
        let fields = message.split(separator: UInt8(ascii: ","))
        guard let account, fields.count >= 3, let last = fields.last, last.starts(with: "p=".utf8),
            let proof = Base64.decode(last.dropFirst(2))
        else { return .failure }
        let binding = isBound ? context.channelBinding ?? [] : []
        guard fields[0].elementsEqual(Array("c=".utf8) + Base64.encode(header + binding)),
            fields[1].elementsEqual(Array("r=".utf8) + nonce), !(isBound && binding.isEmpty)
        else { return .failure }
        let withoutProof = Array(message[..<(last.startIndex - 1)])
        let authMessage = clientFirstBare + [UInt8(ascii: ",")] + serverFirst + [UInt8(ascii: ",")] + withoutProof
        guard let keys = try? keys(of: authMessage, password: Array(account.password.utf8)), proof == keys.proof else {
            return .failure
        }
        var verifier = keys.verifier
        if context.faults.contains(.scramWrongServerSignature) { verifier[0] ^= 1 }
        phase = .acknowledgement
        return .challenge(Array("v=".utf8) + Base64.encode(verifier))
    }

    /// What the client has to send, and what it checks the server by (RFC 5802 §3).
    private func keys(
        of authMessage: [UInt8], password: [UInt8]
    ) throws(DigestError) -> (proof: [UInt8], verifier: [UInt8]) {
        let salted = try hash.derivedKey(from: password.span, salt: salt, iterations: Self.iterations)
        let clientKey = try hash.authenticationCode(of: Array("Client Key".utf8), key: salted.span)
        let storedKey = try hash.digest(of: clientKey)
        let signature = try hash.authenticationCode(of: authMessage, key: storedKey.span)
        let serverKey = try hash.authenticationCode(of: Array("Server Key".utf8), key: salted.span)
        return (
            zip(clientKey, signature).map { $0 ^ $1 }, try hash.authenticationCode(of: authMessage, key: serverKey.span)
        )
    }

    /// A user's name with `=2C` and `=3D` turned back into comma and equals sign (RFC 5802 §5.1).
    private static func unescape(_ name: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var rest = name
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                output.append(byte)
                continue
            }
            output.append(rest.starts(with: "2C".utf8) ? UInt8(ascii: ",") : UInt8(ascii: "="))
            rest = rest.dropFirst(2)
        }
        return output
    }
}
