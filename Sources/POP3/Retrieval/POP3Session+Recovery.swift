import BIOTransport
import POP3Wire

extension POP3Error {
    /// Whether a server that cannot handle several commands at once fails like this.
    var mayComeFromPipelining: Bool {
        switch reason {
        case .transport(.timedOut), .transport(.closedByPeer), .transport(.connectionLost), .badResponse: true
        default: false
        }
    }
}

extension POP3Session {
    /// Connects and logs in anew, and from now on sends one command at a time.
    func reconnectWithoutPipelining(after error: POP3Error) async throws(POP3Error) {
        guard let credential else { throw error }
        log.note("pipelining fails (\(error)); going on one command at a time over a new connection", nil)
        close()
        pipeliningIsBroken = true
        ownQuirks.insert(.brokenPipelining)
        try await open()
        try await logIn(credential)
        _ = try await readCapabilities()
    }

    /// Goes on with a retrieval whose server has failed at pipelining; false where that was not the trouble.
    ///
    /// Message numbers hold within one session only (RFC 1939 §3), so what is left to do is found again by UIDL.
    func recover(from error: POP3Error) async throws(POP3Error) -> Bool {
        guard mayPipeline, error.mayComeFromPipelining, let failed = interrupted, failed.octetsGiven == 0,
            failed.onTheirWay.count > 1, !failed.isWindingUp
        else { return false }
        interrupted = nil
        let threshold = scanner.limits.streamingThreshold
        try await reconnectWithoutPipelining(after: error)
        let maildrop = try await readMaildrop()
        guard let numbers = Renumbering(from: failed.maildrop, to: maildrop) else { throw error }
        var plan: [Retrieval.Planned] = []
        var deletions = failed.deleted + failed.deletions
        for sent in failed.onTheirWay.waiting {
            switch sent {
            case .message(let planned): plan.append(planned)
            case .deletion(let number): deletions.append(number)
            }
        }
        plan += failed.plan[failed.nextToSend...]
        let remaining: [Retrieval.Planned] = plan.compactMap { planned in
            guard let position = numbers.position(of: planned.position) else { return nil }
            let summary = maildrop[position]
            return Retrieval.Planned(number: summary.number, size: summary.size, position: position)
        }
        let remainingDeletions = deletions.compactMap { number in
            failed.maildrop.sizes.index(ofNumber: number)
                .flatMap { numbers.position(of: $0) }
                .map { maildrop[$0].number }
        }
        failed.beginAnew(maildrop, plan: remaining, deletions: remainingDeletions)
        retrieval = failed
        scanner.limits.streamingThreshold = threshold
        return true
    }
}

/// Where the messages of one listing are in a later one.
private struct Renumbering {
    private let positions: [Int?]

    /// Nil where messages cannot be told for certain: no UIDL, and the listing has changed.
    init?(from old: MaildropSummary, to new: MaildropSummary) {
        if old.uniqueIDs != nil, new.uniqueIDs != nil {
            var places: [UniqueID: Int] = [:]
            for (position, summary) in new.enumerated() {
                if let id = summary.uniqueID { places[id] = position }
            }
            positions = old.map { $0.uniqueID.flatMap { places[$0] } }
        } else {
            guard old.map(\.number) == new.map(\.number), old.map(\.size) == new.map(\.size) else { return nil }
            positions = old.indices.map { $0 }
        }
    }

    func position(of old: Int) -> Int? { positions[old] }
}
