import BIOTransport
import MessageBuffers
import POP3Wire

extension POP3Session {
    /// How often a listing is read again, over another connection, where replies do not match commands.
    private static let listingAttempts = 3

    /// LIST and UIDL, together where the server can take that.
    func readMaildrop() async throws(POP3Error) -> MaildropSummary {
        if try !requireConnection("LIST").announcesPipelining { _ = try await readCapabilities() }
        var attempts = 1
        while true {
            let isTogether = mayPipeline(over: try requireConnection("LIST"))
            do throws(POP3Error) {
                return try await readListings(together: isTogether)
            } catch {
                guard isTogether || error.isDesynchronisation, error.mayComeFromPipelining,
                    attempts < Self.listingAttempts
                else { throw error }
                attempts += 1
                if isTogether, !error.isDesynchronisation { BrokenPipelining.remember(endpoint) }
                try await reconnect(after: error, serially: true)
            }
        }
    }

    private func readListings(together: Bool) async throws(POP3Error) -> MaildropSummary {
        let list = try POP3Command.checked("LIST", reply: .lines)
        let uidl = try POP3Command.checked("UIDL", reply: .lines)
        try send(list)
        if together { try send(uidl) }
        // The first reply may take its time, however many were asked for: a large maildrop is slow to list.
        let limit = commandLimit
        var sizes = ListingReply(limit: configuration.limits.listingEntries)
        let listStatus = try await nextStatus(limit, "LIST")
        if listStatus.isOK {
            try await readListing("LIST", into: &sizes) { listing, line throws(ListingError) in
                try listing.appendSize(line)
            }
        }
        if !together { try send(uidl) }
        var uniqueIDs = ListingReply(limit: configuration.limits.listingEntries)
        let uidlStatus = try await nextStatus(limit, "UIDL")
        if uidlStatus.isOK {
            try await readListing("UIDL", into: &uniqueIDs) { listing, line throws(ListingError) in
                try listing.appendUniqueID(line)
            }
        } else {
            ownQuirks.insert(.noUniqueIDs)
        }
        if !listStatus.isOK {
            // Some servers refuse to list a maildrop that is empty.
            guard try await isEmpty() else { throw refusal(listStatus, "LIST") }
            return MaildropSummary(sizes: sizes, uniqueIDs: nil)
        }
        let maildrop = MaildropSummary(sizes: sizes, uniqueIDs: uidlStatus.isOK ? uniqueIDs : nil)
        if sizes.hasExtraSpaces || uniqueIDs.hasExtraSpaces { ownQuirks.insert(.extraSpacesInListing) }
        if uidlStatus.isOK, sizes.count != uniqueIDs.count || maildrop.count != sizes.count {
            ownQuirks.insert(.incompleteListing)
        }
        if maildrop.hasRepeatedIDs { ownQuirks.insert(.duplicateUniqueID) }
        if maildrop.hasOddLines { ownQuirks.insert(.oddListing) }
        return maildrop
    }

    /// Whether STAT says that the maildrop has no messages.
    private func isEmpty() async throws(POP3Error) -> Bool {
        let status = try await perform(try POP3Command.checked("STAT", reply: .status))
        return status.isOK && Self.statistics(status.text)?.count == 0
    }

    /// Out of line, to keep the caller's async frame small (one for each suspended session).
    @inline(never)
    private func readListing(
        _ command: String, into listing: inout ListingReply,
        _ append: (inout ListingReply, MessageBytes) throws(ListingError) -> Void
    ) async throws(POP3Error) {
        // The session's own state must not be held while waiting, so the listing is filled beside it.
        var filling = listing
        try await readLines(command) { line throws(POP3Error) in
            do throws(ListingError) {
                try append(&filling, line)
            } catch {
                throw POP3Error(error, command: command)
            }
        }
        listing = filling
    }
}
