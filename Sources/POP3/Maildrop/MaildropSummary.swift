import POP3Wire

/// All messages of a maildrop, as LIST and UIDL gave them; the bytes of ids are held once, without a String each.
///
/// A message that only one of the two names is there too, and one that is named twice is there once.
public struct MaildropSummary: Sendable, RandomAccessCollection {
    private let sizes: ListingReply
    private let uniqueIDs: ListingReply?
    /// The numbers in ascending order, where they are not those of LIST as it stands.
    private let numbers: [UInt32]?
    /// Ids that several messages have.
    private let repeatedIDs: Set<UniqueID>

    init(sizes: ListingReply, uniqueIDs: ListingReply?) {
        self.sizes = sizes
        self.uniqueIDs = uniqueIDs
        numbers = Self.mergedNumbers(sizes, uniqueIDs)
        var repeated: Set<UniqueID> = []
        if let uniqueIDs, uniqueIDs.hasDuplicateValues {
            var owners: [UniqueID: Int] = [:]
            for index in 0..<uniqueIDs.count where !uniqueIDs.value(at: index).isEmpty {
                let id = UniqueID(bytes: uniqueIDs.value(at: index))
                let number = uniqueIDs.number(at: index)
                if owners.updateValue(number, forKey: id).map({ $0 != number }) ?? false { repeated.insert(id) }
            }
        }
        repeatedIDs = repeated
    }

    /// Nil where LIST has every message once, in order: the rule. O(n), otherwise O(n log n).
    private static func mergedNumbers(_ sizes: ListingReply, _ uniqueIDs: ListingReply?) -> [UInt32]? {
        let isComplete: Bool
        if let uniqueIDs {
            // Mostly both name the same messages in the same order.
            isComplete = (0..<uniqueIDs.count).allSatisfy { index in
                let number = uniqueIDs.number(at: index)
                return (index < sizes.count && sizes.number(at: index) == number)
                    || sizes.index(ofNumber: number) != nil
            }
        } else {
            isComplete = true
        }
        guard !sizes.numbersAscend || !isComplete else { return nil }
        var numbers = Set((0..<sizes.count).map { UInt32(truncatingIfNeeded: sizes.number(at: $0)) })
        if let uniqueIDs {
            for index in 0..<uniqueIDs.count { numbers.insert(UInt32(truncatingIfNeeded: uniqueIDs.number(at: index))) }
        }
        return numbers.sorted()
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { numbers?.count ?? sizes.count }

    public subscript(position: Int) -> MessageSummary {
        let number = number(at: position)
        let id = uniqueID(of: number, near: position)
        return MessageSummary(
            number: number, size: size(at: position), uniqueID: id,
            sharesUniqueID: id.map { !repeatedIDs.isEmpty && repeatedIDs.contains($0) } ?? false)
    }

    /// How many messages LIST seems to name by lines that nobody can read: they cannot be retrieved.
    public var unreadableMessages: Int {
        let named = sizes.count + sizes.unreadableLines
        return sizes.unreadableLines > 0 ? Swift.max(0, named - count) : 0
    }

    /// Whether a line of either listing breaks the standard.
    var hasOddLines: Bool {
        sizes.hasOddValues || sizes.unreadableLines > 0
            || uniqueIDs.map { $0.hasOddValues || $0.unreadableLines > 0 } ?? false
    }

    var hasRepeatedIDs: Bool { !repeatedIDs.isEmpty }
    var hasUniqueIDs: Bool { uniqueIDs != nil }

    func number(at position: Int) -> Int { numbers.map { Int($0[position]) } ?? sizes.number(at: position) }

    func size(at position: Int) -> Int? {
        guard numbers != nil else { return sizes.size(at: position) }
        return sizes.index(ofNumber: number(at: position)).flatMap { sizes.size(at: $0) }
    }

    /// The place of message `number`; nil if the listing has none. O(log n).
    func position(ofNumber number: Int) -> Int? {
        guard let numbers else { return sizes.index(ofNumber: number) }
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(numbers[middle]) < number { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && Int(numbers[low]) == number ? low : nil
    }

    private func uniqueID(of number: Int, near position: Int) -> UniqueID? {
        guard let uniqueIDs else { return nil }
        // Both listings mostly name the same messages in the same order.
        let isAtPosition = position < uniqueIDs.count && uniqueIDs.number(at: position) == number
        guard let index = isAtPosition ? position : uniqueIDs.index(ofNumber: number) else { return nil }
        let value = uniqueIDs.value(at: index)
        return value.isEmpty ? nil : UniqueID(bytes: value)
    }
}
