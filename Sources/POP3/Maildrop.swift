import POP3Wire

/// A UIDL id: 1 to 70 octets from 0x21 to 0x7E that name a message for as long as it exists (RFC 1939 §7).
///
/// The octets are the server's. They are compared and stored, and never used as a file name.
public struct UniqueID: Sendable, Hashable, CustomStringConvertible {
    /// A view of the listing's memory.
    public let octets: ArraySlice<UInt8>

    package init(_ octets: ArraySlice<UInt8>) {
        self.octets = octets
    }

    /// The id as text; it is ASCII by definition.
    public var description: String { String(decoding: octets, as: UTF8.self) }

    public static func == (left: UniqueID, right: UniqueID) -> Bool {
        left.octets.elementsEqual(right.octets)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(octets)
    }
}

/// A message as LIST and UIDL describe it.
public struct MessageSummary: Sendable, Hashable {
    /// The message's number in this session.
    public let number: Int
    /// The size in octets by LIST, which some servers get wrong.
    public let size: Int
    /// Nil where the server has no UIDL, or leaves this message out of it.
    public let uniqueID: UniqueID?
}

/// The count and size of a maildrop (RFC 1939 §5, STAT).
public struct MaildropStatus: Sendable, Hashable {
    public let count: Int
    /// In octets.
    public let size: Int
}

/// All messages of a maildrop, as LIST and UIDL gave them; the id's octets are held once, without a String each.
public struct MaildropSummary: Sendable, RandomAccessCollection {
    let sizes: MaildropListing
    let uniqueIDs: MaildropListing?

    public var startIndex: Int { 0 }
    public var endIndex: Int { sizes.count }

    public subscript(position: Int) -> MessageSummary {
        let number = sizes.number(at: position)
        return MessageSummary(
            number: number, size: sizes.size(at: position) ?? 0, uniqueID: uniqueID(of: number, near: position))
    }

    private func uniqueID(of number: Int, near position: Int) -> UniqueID? {
        guard let uniqueIDs else { return nil }
        // Both listings mostly name the same messages in the same order.
        if position < uniqueIDs.count, uniqueIDs.number(at: position) == number {
            return UniqueID(uniqueIDs.value(at: position))
        }
        return uniqueIDs.index(ofNumber: number).map { UniqueID(uniqueIDs.value(at: $0)) }
    }
}
