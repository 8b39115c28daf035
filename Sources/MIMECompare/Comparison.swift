public import MIME

/// A point in which two backends read a message differently.
public struct Difference: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Other parts, or in other places.
        case structure
        /// A part of another media type.
        case contentType
        /// Another file name.
        case filename
        /// Other header fields, by name and number.
        case headerNames
        /// Another value of a header field.
        case headerValues
        /// Other people in From, To or Cc.
        case addresses
        /// Other octets in a part's content.
        case content
        /// Other line ends in a part's content, and nothing else.
        case lineEnds
        /// Other text for people to read.
        case text
        /// A part lies elsewhere in the message.
        case range
    }

    public let kind: Kind
    /// The index of the part in the first document.
    public let part: Int
    /// What each backend says.
    public let first: String
    public let second: String
}

/// Two readings of the same message, part by part.
///
/// Header values are compared unfolded and with white space collapsed, since backends keep folding differently; content
/// is compared with its transfer encoding off.
public struct Comparison: Sendable {
    public let differences: [Difference]

    public init(_ first: MIMEDocument, _ second: MIMEDocument) {
        var differences: [Difference] = []
        if first.partCount != second.partCount {
            differences.append(
                Difference(
                    kind: .structure, part: 0, first: "\(first.partCount) parts", second: "\(second.partCount) parts"))
        }
        let hasSameOctets = first.message == second.message
        differences += Self.compareMail(Mail(first), Mail(second))
        for (left, right) in zip(first.parts, second.parts) {
            guard left.depth == right.depth, left.kind == right.kind else {
                differences.append(
                    Difference(
                        kind: .structure, part: left.index, first: "\(left.kind) at depth \(left.depth)",
                        second: "\(right.kind) at depth \(right.depth)"))
                // What follows is compared with the wrong part.
                break
            }
            differences += Self.compare(left, right, hasSameOctets)
        }
        self.differences = differences
    }

    /// What a reader sees of the whole message. Text is compared without white space, which is layout.
    private static func compareMail(_ left: Mail, _ right: Mail) -> [Difference] {
        var differences: [Difference] = []
        for field in ["from", "to", "cc"] {
            let (first, second) = (left.addresses(field).text, right.addresses(field).text)
            guard first != second else { continue }
            differences.append(Difference(kind: .addresses, part: 0, first: first, second: second))
        }
        let (first, second) = (left.text ?? "", right.text ?? "")
        if first != second, first.filter({ !$0.isWhitespace }) != second.filter({ !$0.isWhitespace }) {
            differences.append(
                Difference(
                    kind: .text, part: 0, first: "\(first.utf8.count) octets of text",
                    second: "\(second.utf8.count) octets of other text"))
        }
        return differences
    }

    private static func compare(_ left: MIMEPart, _ right: MIMEPart, _ hasSameOctets: Bool) -> [Difference] {
        var differences: [Difference] = []
        func check(_ kind: Difference.Kind, _ first: String, _ second: String) {
            guard first != second else { return }
            differences.append(Difference(kind: kind, part: left.index, first: first, second: second))
        }
        check(.contentType, describe(left.contentType), describe(right.contentType))
        check(.filename, left.filename ?? "", right.filename ?? "")
        let names = [left, right].map { part in part.headers.map { $0.name.lowercased() } }
        check(.headerNames, names[0].joined(separator: " "), names[1].joined(separator: " "))
        if names[0] == names[1] {
            // The fields that say what the part is are compared by what they say: mimetic writes Content-Type anew.
            for (field, other) in zip(left.headers, right.headers) where !field.name.lowercased().hasPrefix("content-")
            {
                check(.headerValues, collapsed(field.text), collapsed(other.text))
            }
        }
        if hasSameOctets, let first = left.bodyRange, let second = right.bodyRange {
            check(.range, "[\(first.lowerBound), \(first.upperBound))", "[\(second.lowerBound), \(second.upperBound))")
        }
        if left.kind == .leaf {
            let (first, second) = (left.decodedBody().bytes, right.decodedBody().bytes)
            if first != second {
                let isLineEnds = withoutReturns(first).elementsEqual(withoutReturns(second))
                check(isLineEnds ? .lineEnds : .content, "\(first.count) octets", "\(second.count) other octets")
            }
        }
        return differences
    }

    /// The octets but for CR before LF.
    private static func withoutReturns(_ bytes: MessageBytes) -> some Sequence<UInt8> {
        let octets = bytes
        return octets.indices.lazy
            .filter { octets[$0] != 0x0D || $0 + 1 == octets.count || octets[$0 + 1] != 0x0A }.map { octets[$0] }
    }

    /// The type with its parameters in order of their names.
    private static func describe(_ type: ContentType) -> String {
        let parameters = type.parameters.map { "; \($0.name)=\(collapsed($0.value))" }.sorted()
        return type.mediaType + parameters.joined()
    }

    private static func collapsed(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
