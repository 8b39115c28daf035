extension MessageHeader {
    // MARK: The way here

    /// How the message came, the last server first. Each is read when asked for.
    public var received: [ReceivedField] { headers.all("received").map { ReceivedField($0.rawValue) } }

    /// What servers on the way found when they checked it, the last server first.
    public var authenticationResults: [AuthenticationResults] {
        headers.all("authentication-results").compactMap { AuthenticationResults($0.rawValue) }
    }

    /// The DKIM signatures as they are written; nothing is verified (RFC 6376).
    public var dkimSignatures: [TagList] { headers.all("dkim-signature").map(\.tagList) }

    // MARK: Mailing lists and threads

    /// What the mailing list says of itself: its List- fields in their order (RFC 2369, RFC 2919).
    public var list: [MailingListField] {
        headers.compactMap { field in
            let name = field.name.lowercased()
            guard name.hasPrefix("list-") else { return nil }
            return MailingListField(kind: String(name.dropFirst("list-".count)), field.rawValue)
        }
    }

    /// The subject without what replies and forwards put around it; nil without a subject (RFC 5256 §2.1).
    public var baseSubject: BaseSubject? { subject.map { BaseSubject($0) } }
}

extension HeaderField {
    /// The value as tags, as in DKIM-Signature and the ARC fields.
    public var tagList: TagList { TagList(rawValue) }
}
