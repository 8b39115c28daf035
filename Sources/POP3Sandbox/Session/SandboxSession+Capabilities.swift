extension SandboxSession {
    private var isLoggedIn: Bool {
        if case .transaction = phase { return true }
        return false
    }

    /// RFC 2449 §5.
    mutating func answerCAPA() {
        if faults.contains(.capaRefused) { return reply("-ERR Unknown command") }
        if faults.contains(.capaEndless) {
            reply("+OK Capabilities follow")
            body = .endless(Array("X-ONE-MORE\r\n".utf8))
            return
        }
        if faults.contains(.capaCloses) { return close() }
        if faults.contains(.capaOneLine) { return reply("+OK TOP UIDL USER") }
        if faults.contains(.capaEmpty) { return reply("+OK Capabilities follow", listing: []) }
        if faults.contains(.capaOnlyNTLM) { return reply("+OK Capabilities follow", listing: ["SASL NTLM", "UIDL"]) }
        reply("+OK Capabilities follow", listing: capabilities)
    }

    var offersSTLS: Bool { !isTLS && !faults.contains(.stlsMissing) }

    var offeredMechanisms: [SandboxMechanism] {
        SandboxMechanism.allCases.filter { mechanism in
            guard configuration.mechanisms.contains(mechanism) else { return false }
            switch mechanism {
            case .external: return login.clientCommonName != nil
            case .scramSHA256Plus: return login.offersChannelBinding
            default: return true
            }
        }
    }

    private var capabilities: [String] {
        let changes = faults.contains(.capaChangesAfterLogin)
        var lines: [String] = []
        if !changes || isLoggedIn {
            if !faults.contains(.topMissing) { lines.append("TOP") }
            if !faults.contains(.uidlMissing) { lines.append("UIDL") }
            // Exchange, whose final dot without a line end only works one command at a time, does not list it.
            if faults.isDisjoint(with: [.pipeliningMissing, .exchangeTerminatorWithoutCRLF]) {
                lines.append("PIPELINING")
            }
        }
        if !changes || !isLoggedIn {
            lines.append("USER")
            let names = offeredMechanisms.map(\.rawValue)
            if !names.isEmpty { lines.append("SASL " + names.joined(separator: " ")) }
            if offersSTLS && !isLoggedIn { lines.append("STLS") }
        }
        lines += ["RESP-CODES", "AUTH-RESP-CODE", "EXPIRE NEVER", "LANG"]
        if faults.contains(.loginDelay) { lines.append("LOGIN-DELAY 900") }
        if let numberText { lines += ["LOGIN-DELAY \(numberText)", "EXPIRE \(numberText)"] }
        if !faults.contains(.gmailDropsOnUTF8) { lines.append("UTF8") }
        let escapes = faults.contains(.terminalEscapes) ? Self.terminalEscapes : ""
        return lines + ["IMPLEMENTATION Sluice-POP3Sandbox" + escapes]
    }

    /// RFC 6856 §3.
    mutating func answerLANG(_ argument: [UInt8]) {
        switch String(decoding: argument, as: UTF8.self).lowercased() {
        case "": reply("+OK Languages follow", listing: ["en English", "i-default Default"])
        case "en", "*", "i-default": reply("+OK en Language is English")
        default: reply("-ERR No such language")
        }
    }

    /// RFC 6856 §2: before login only.
    mutating func answerUTF8() {
        if faults.contains(.gmailDropsOnUTF8) { return close() }
        if isLoggedIn { return reply("-ERR UTF8 comes before login") }
        reply("+OK UTF-8 it is")
    }
}
