/// One of the pieces that a long message was sent in: message/partial (RFC 2046 §5.2.2).
public struct MessageFragment: Sendable {
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// No fragment was given, or ones of different messages.
        case notOneMessage
        /// The fragments do not say how many there are.
        case unknownTotal
        /// These are not among the fragments, counted from 1.
        case missing([Int])
        /// There are more fragments, by their numbers, than are put together.
        case tooMany(Int)

        public var description: String {
            switch self {
            case .notOneMessage: "the fragments are not of one message"
            case .unknownTotal: "no fragment says how many there are"
            case .missing(let numbers):
                "fragments are missing: \(numbers.map(String.init).joined(separator: ", "))"
            case .tooMany(let count): "\(count) fragments are more than the limit"
            }
        }
    }

    /// The message of the whole: the same in all its fragments.
    public let id: String
    /// From 1.
    public let number: Int
    /// How many there are; the last says so at least.
    public let total: Int?
    /// The message that the fragment came in.
    let message: MIMEPart

    /// More are never put together: the numbers are the senders' choice.
    public static let limit = 1_000

    /// The whole message from its fragments, in any order; of repeated ones the first counts.
    ///
    /// Its header is that of the first fragment's message, but for Content-* fields, Subject, Message-ID, Encrypted and
    /// MIME-Version, which are those that the first fragment begins with. O(n).
    ///
    /// - Throws: `Failure` where they are not all there.
    public static func join(_ fragments: [MessageFragment]) throws(Failure) -> MessageBytes {
        guard let first = fragments.first, fragments.allSatisfy({ $0.id == first.id }) else { throw .notOneMessage }
        guard let total = fragments.compactMap(\.total).max() else { throw .unknownTotal }
        guard total <= limit else { throw .tooMany(total) }
        var places = [MessageFragment?](repeating: nil, count: total)
        for fragment in fragments where fragment.number <= total && places[fragment.number - 1] == nil {
            places[fragment.number - 1] = fragment
        }
        let missing = places.indices.filter { places[$0] == nil }.map { $0 + 1 }
        guard missing.isEmpty else { throw .missing(missing) }
        let ordered = places.compactMap { $0 }
        var octets: [UInt8] = []
        let beginning = ordered[0].message.decodedBody().bytes
        let inner = NativeMIMEParser().parse(beginning, limits: MIMELimits()).root
        for field in ordered[0].message.headers where !isOfContent(field.name) { append(field, to: &octets) }
        for field in inner.headers where isOfContent(field.name) { append(field, to: &octets) }
        octets += [0x0D, 0x0A]
        octets += inner.body
        for fragment in ordered.dropFirst() { octets += fragment.message.decodedBody().bytes }
        return MessageBytes(octets)
    }

    private static func append(_ field: HeaderField, to octets: inout [UInt8]) {
        octets += field.rawLine
        octets += [0x0D, 0x0A]
    }

    private static func isOfContent(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasPrefix("content-") || ["subject", "message-id", "encrypted", "mime-version"].contains(name)
    }
}

extension MIMEPart {
    /// What a message/partial says of itself; nil for other types, and without an id and a number.
    public var fragment: MessageFragment? {
        let type = contentType
        guard type.mediaType == "message/partial", let id = type[parameter: "id"]?.nonEmpty,
            let number = type[parameter: "number"].flatMap({ Int($0) }), number > 0
        else { return nil }
        let total = type[parameter: "total"].flatMap { Int($0) }.flatMap { $0 >= number ? $0 : nil }
        return MessageFragment(id: id, number: number, total: total, message: self)
    }
}
