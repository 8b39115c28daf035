internal import ByteCoding
internal import Digests

extension SandboxSession {
    private static let injectedReply = "+OK injected\r\n"
    private static let injectionPause = Duration.milliseconds(10)

    static func makeBanner(_ configuration: SandboxConfiguration) -> [UInt8] {
        if configuration.faults.contains(.apopCollisionBanner) {
            return [0x3C, 0xD1, 0x31, 0xDD, 0x02, 0xC5, 0xE6, 0xEE, 0xC4] + Array("@x>".utf8)
        }
        return Array("<".utf8) + Hexadecimal.encode(unpredictableBytes(12)) + Array("@sandbox.invalid>".utf8)
    }

    private var offersAPOP: Bool {
        configuration.offersAPOP && !faults.contains(.greetingAngleBracketsNoMsgid)
    }

    mutating func greet() {
        phase = .authorization
        if faults.contains(.silentGreeting) {
            phase = .silent
            return
        }
        if faults.contains(.earlyReplies) { return send(Array("+OK\r\n+OK\r\nSTLS\r\n.\r\n+OK\r\n".utf8)) }
        if faults.contains(.greetingRefused) {
            reply("-ERR [SYS/TEMP] Try again later")
            return close()
        }
        if faults.contains(.greetingNotPOP3) {
            reply("HTTP/1.1 400 Bad Request")
            return close()
        }
        let escapes = faults.contains(.terminalEscapes) ? Array(Self.terminalEscapes.utf8) : []
        if faults.contains(.greetingAngleBracketsNoMsgid) {
            replyLine(Array("+OK <Welcome> to the POP3 sandbox <ready, willing>".utf8) + escapes)
        } else {
            replyLine(Array("+OK POP3 sandbox ready".utf8) + (offersAPOP ? [0x20] + banner : []) + escapes)
        }
        if faults.contains(.closeAfterGreeting) { close() }
    }

    mutating func handle(_ line: [UInt8]) {
        record(.client, line)
        count { $0.commands += 1 }
        if case .sasl(let exchange) = phase { return continueSASL(exchange, line) }
        let verb = String(decoding: line.prefix { $0 != 0x20 }, as: UTF8.self).uppercased()
        let argument = Array(line.dropFirst(verb.utf8.count + 1))
        switch verb {
        case "CAPA": answerCAPA()
        case "LANG": answerLANG(argument)
        case "UTF8": answerUTF8()
        case "QUIT": answerQUIT()
        default:
            if case .transaction = phase {
                handleInTransaction(verb, argument)
            } else {
                handleInAuthorization(verb, argument)
            }
        }
    }

    private mutating func handleInAuthorization(_ verb: String, _ argument: [UInt8]) {
        switch verb {
        case "USER":
            user = argument
            reply("+OK Now the password")
        case "PASS":
            guard let user else { return reply("-ERR USER comes first") }
            self.user = nil
            logIn(login.account(user, password: argument))
        case "APOP": answerAPOP(argument)
        case "AUTH": answerAUTH(argument)
        case "STLS": answerSTLS()
        default: reply("-ERR Unknown command, or not before login")
        }
    }

    /// RFC 2595 §4. What was sent in plain text after STLS is dropped.
    private mutating func answerSTLS() {
        guard offersSTLS else { return reply("-ERR STLS is not available") }
        if faults.contains(.stlsRefused) { return reply("-ERR TLS is broken today") }
        reply("+OK Begin TLS")
        input.removeAll()
        inputStart = 0
        if faults.contains(.stlsInjectionWhole) { send(Array(Self.injectedReply.utf8)) }
        if faults.contains(.stlsInjectionSplit) {
            actions += [.flush, .pause(Self.injectionPause)]
            send(Array(Self.injectedReply.utf8))
        }
        actions.append(.flush)
        if faults.contains(.stlsSilence) {
            phase = .silent
            return
        }
        phase = .startingTLS
        actions.append(.startTLS)
    }

    /// RFC 1939 §7.
    private mutating func answerAPOP(_ argument: [UInt8]) {
        guard offersAPOP else { return reply("-ERR APOP is not available") }
        guard let space = argument.lastIndex(of: 0x20), let account = login.account(argument[..<space]) else {
            return logIn(nil)
        }
        let digest = try? HashFunction.md5.digest(of: banner + Array(account.password.utf8))
        logIn(digest.map { argument[(space + 1)...].elementsEqual(Hexadecimal.encode($0)) } == true ? account : nil)
    }

    // MARK: SASL

    /// RFC 5034 §4.
    private mutating func answerAUTH(_ argument: [UInt8]) {
        if faults.contains(.saslUnknown) { return reply("-ERR Unknown command") }
        if argument.isEmpty {
            return reply("+OK Mechanisms follow", listing: offeredMechanisms.map(\.rawValue))
        }
        let words = argument.split(separator: 0x20, maxSplits: 1)
        let name = String(decoding: words[0], as: UTF8.self).uppercased()
        guard let mechanism = SandboxMechanism(rawValue: name), offeredMechanisms.contains(mechanism) else {
            return reply("-ERR No such mechanism")
        }
        var exchange = mechanism.makeExchange()
        if faults.contains(.plainInTwoSteps), mechanism == .plain, words.count == 2 {
            return reply("-ERR No initial response, please")
        }
        guard words.count == 2 else { return take(exchange.start(nil, login), exchange) }
        let encoded = Array(words[1])
        guard let initial = encoded == [UInt8(ascii: "=")] ? [] : Base64.decode(encoded) else {
            return reply("-ERR Not base64")
        }
        take(exchange.start(initial, login), exchange)
    }

    private mutating func continueSASL(_ exchange: any SASLServerExchange, _ line: [UInt8]) {
        phase = .authorization
        if line == [UInt8(ascii: "*")] { return reply("-ERR Cancelled") }
        guard let response = Base64.decode(line) else { return reply("-ERR Not base64") }
        var exchange = exchange
        take(exchange.respond(response, login), exchange)
    }

    private mutating func take(_ step: SASLStep, _ exchange: any SASLServerExchange) {
        switch step {
        case .challenge(let challenge):
            phase = .sasl(exchange)
            replyLine(Array((faults.contains(.okForSaslPlus) ? "+OK " : "+ ").utf8) + Base64.encode(challenge))
        case .success(let account): logIn(account)
        case .failure: logIn(nil)
        }
    }

    // MARK: The end of every login

    private mutating func logIn(_ account: SandboxAccount?) {
        if let account { takeFaults(ofUser: account.user) }
        if faults.contains(.closeOnLogin) { return close() }
        guard let account, !faults.contains(.authRefused) else { return reply("-ERR [AUTH] Wrong name or password") }
        if faults.contains(.authRefusedAfterUncleanEnd), account.mailbox.takeUncleanEnd() {
            return reply("-ERR Wrong name or password")
        }
        let isFirst = account.mailbox.countLogin() == 0
        let refusals: [(fault: SandboxFault, applies: Bool, reply: String)] = [
            (.loginDelay, true, "-ERR [LOGIN-DELAY] Wait for 15 minutes"),
            (.inUse, true, "-ERR [IN-USE] Another session has the maildrop"),
            (.inUseOnce, isFirst, "-ERR [IN-USE] Another session has the maildrop"),
            (.sysTemp, true, "-ERR [SYS/TEMP] The disk is full"),
            (.sysTempOnce, isFirst, "-ERR [SYS/TEMP] The disk is full"),
            (.sysPerm, true, "-ERR [SYS/PERM] The maildrop is damaged"),
        ]
        if let refusal = refusals.first(where: { $0.applies && faults.contains($0.fault) }) {
            return reply(refusal.reply)
        }
        guard let snapshot = account.mailbox.open(locking: configuration.locksMaildrops) else {
            return reply("-ERR [IN-USE] Another session has the maildrop")
        }
        holdsLock = configuration.locksMaildrops
        self.account = account
        self.snapshot = snapshot
        totalBytes = snapshot.indices.reduce(0) { $0 + snapshot.sizes[$1] }
        count { $0.logins += 1 }
        phase = .transaction
        reply("+OK \(number(snapshot.indices.count)) messages")
    }
}
