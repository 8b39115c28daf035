/// Where the messages of one listing are in a later one, as message numbers hold within one session only (RFC 1939 §3).
struct Renumbering: Sendable {
    /// The listing whose numbers the caller has.
    let listing: MaildropSummary
    /// For each place of `listing` the message's number now; nil where it is not known.
    private let numbers: [Int?]
    /// Whether `numbers` rests on ids that one message each has, and not on order.
    private let restsOnIDs: [Bool]

    /// By the old number: messages that had been marked as deleted, and so may be missing in `listing`.
    private let marks: [Int: Int]

    /// A message is the same where id and listed size are. Of several that share an id, and of all without one, the order
    /// decides, if there are as many of them as before and of the same sizes.
    ///
    /// - Parameter marked: the messages that had been marked as deleted, by their old numbers.
    init(from old: MaildropSummary, to new: MaildropSummary, marked: [Int: MessageSummary?] = [:]) {
        listing = old
        let (before, after) = (Self.groups(old), Self.groups(new))
        var numbers = [Int?](repeating: nil, count: old.count)
        var restsOnIDs = [Bool](repeating: false, count: old.count)
        for (id, places) in before {
            guard let present = after[id], present.count == places.count else { continue }
            guard zip(places, present).allSatisfy({ old.size(at: $0) == new.size(at: $1) }) else { continue }
            for (place, now) in zip(places, present) {
                numbers[place] = new.number(at: now)
                restsOnIDs[place] = id != nil && places.count == 1
            }
        }
        self.numbers = numbers
        self.restsOnIDs = restsOnIDs
        var marks: [Int: Int] = [:]
        for (number, summary) in marked {
            guard let summary, let id = summary.uniqueID, !summary.sharesUniqueID, let places = after[id],
                places.count == 1, new.size(at: places[0]) == summary.size
            else { continue }
            marks[number] = new.number(at: places[0])
        }
        self.marks = marks
    }

    /// The places of each id, in order; nil stands for the messages that have none.
    private static func groups(_ maildrop: MaildropSummary) -> [UniqueID?: [Int]] {
        var groups: [UniqueID?: [Int]] = [:]
        for (position, summary) in maildrop.enumerated() { groups[summary.uniqueID, default: []].append(position) }
        return groups
    }

    /// The number now of the message at a place of the old listing; nil where it is not known.
    func number(at position: Int) -> Int? { numbers[position] }

    /// The number now of a message that had `number` and was marked as deleted, if its id is its own.
    func mark(of number: Int) -> Int? { marks[number] }

    /// The number now of the message that had `number`; nil where it is not known, or not for certain where
    /// `isCertain` is asked for.
    func number(of number: Int, isCertain: Bool = false) -> Int? {
        guard let position = listing.position(ofNumber: number) else { return nil }
        return isCertain && !restsOnIDs[position] ? nil : numbers[position]
    }
}
