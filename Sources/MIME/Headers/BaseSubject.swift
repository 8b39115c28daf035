/// A subject without what replies and forwards put around it (RFC 5256 §2.1), by which messages are threaded.
public struct BaseSubject: Sendable, Hashable {
    /// What is left; empty where nothing is.
    public let text: String
    /// Whether the subject is that of a reply or a forward.
    public let isReplyOrForward: Bool

    /// Takes a decoded subject apart. O(n).
    init(_ subject: String) {
        // By scalars: a mark that combines with a space is text, and stays, wherever the space came from.
        let words = subject.unicodeScalars.split(whereSeparator: \.properties.isWhitespace)
        var text = Array(words.map { Substring($0).utf8 }.joined(separator: " ".utf8))[...]
        var isReply = false
        while true {
            while true {
                while text.last == 0x20 { text.removeLast() }
                guard Self.ends(text, with: "(fwd)") else { break }
                text.removeLast(5)
                isReply = true
            }
            while true {
                text = text.drop { $0 == 0x20 }
                if let rest = Self.withoutLeader(text) {
                    text = rest
                    isReply = true
                } else if let rest = Self.withoutBlob(text), !rest.drop(while: { $0 == 0x20 }).isEmpty {
                    // A blob is only taken off where a subject is left (§2.1, step 4).
                    text = rest
                } else {
                    break
                }
            }
            guard Self.begins(text, with: "[fwd:"), text.last == UInt8(ascii: "]") else { break }
            text = text.dropFirst(5).dropLast()
            isReply = true
        }
        self.text = String(decoding: text, as: UTF8.self)
        isReplyOrForward = isReply
    }

    /// Before a leader; a bound, so that many blobs without one are not looked through again and again.
    private static let blobLimit = 8

    /// Takes `re:`, `fw:` or `fwd:` off, with blobs before and in it: `[list] Re[2]:`.
    private static func withoutLeader(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var rest = text
        for _ in 0..<blobLimit {
            guard let behind = withoutBlob(rest) else { break }
            rest = behind
        }
        guard let word = ["fwd", "fw", "re"].first(where: { begins(rest, with: $0) }) else { return nil }
        rest = rest.dropFirst(word.utf8.count).drop { $0 == 0x20 }
        if let behind = withoutBlob(rest) { rest = behind }
        return rest.first == UInt8(ascii: ":") ? rest.dropFirst() : nil
    }

    /// Takes `[…]` off, which holds no brackets.
    private static func withoutBlob(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard text.first == UInt8(ascii: "["),
            let end = text.dropFirst().firstIndex(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }),
            text[end] == UInt8(ascii: "]")
        else { return nil }
        return text[(end + 1)...].drop { $0 == 0x20 }
    }

    private static func begins(_ text: ArraySlice<UInt8>, with lowercased: String) -> Bool {
        text.count >= lowercased.utf8.count && zip(text, lowercased.utf8).allSatisfy { $0.asciiLowercased == $1 }
    }

    private static func ends(_ text: ArraySlice<UInt8>, with lowercased: String) -> Bool {
        begins(text.suffix(lowercased.utf8.count), with: lowercased)
    }
}
