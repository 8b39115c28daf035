internal import ByteCoding
import ByteKernels

/// Unstructured header text: folding and encoded-words (RFC 5322 §2.2.3, RFC 2047).
enum HeaderText {
    /// The value on one line without the white space around it. A line end with the white space on both sides of it
    /// becomes one space: programs fold with tabs, and with more than they found.
    static func unfold(_ value: MessageBytes) -> [UInt8] {
        unsafe value.withUnsafeBytes { unsafe unfold($0) }
    }

    private static func unfold(_ value: UnsafeRawBufferPointer) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(value.count)
        var isFolding = false
        for index in 0..<value.count {
            let octet = unsafe value[index]
            if octet == 0x0D || octet == 0x0A {
                isFolding = true
            } else if !isFolding || !(octet == 0x20 || octet == 0x09) {
                if isFolding {
                    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
                    text.append(0x20)
                    isFolding = false
                }
                text.append(octet)
            }
        }
        return trimmed(text[...])
    }

    /// Without the white space at both ends.
    static func trimmed(_ text: ArraySlice<UInt8>) -> [UInt8] {
        let isSpace = { (octet: UInt8) in octet == 0x20 || octet == 0x09 }
        guard let start = text.firstIndex(where: { !isSpace($0) }), let end = text.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return Array(text[start...end])
    }

    /// Raw octets as text (RFC 6532): UTF-8 if they are that, else Latin-1.
    static func string(_ octets: some Collection<UInt8>) -> String {
        Charset.guess(octets)
    }

    /// The value unfolded, with its encoded-words decoded.
    static func decode(_ value: MessageBytes) -> String {
        unsafe value.withUnsafeBytes { unsafe decode($0) }
    }

    /// The same of a value that lies in memory of the caller's.
    static func decode(_ value: UnsafeRawBufferPointer) -> String {
        let text = unsafe trimmed(value)
        return unsafe isPlain(text) ? String(knownASCII: text) : decode(unfold(value))
    }

    /// A text that is on one line, with its encoded-words decoded.
    static func decode(unfolded text: MessageBytes) -> String {
        unsafe text.withUnsafeBytes { unsafe decode(unfolded: $0) }
    }

    static func decode(unfolded text: UnsafeRawBufferPointer) -> String {
        unsafe isPlain(text) ? String(knownASCII: text) : decode(Array(text))
    }

    /// Whether text is ASCII on one line that no encoded-word is in.
    private static func isPlain(_ text: UnsafeRawBufferPointer) -> Bool {
        var position = unsafe ByteKernels.endOfSpan(of: .text, in: text, from: 0)
        while position < text.count {
            guard unsafe text[position] == UInt8(ascii: "=") else { return false }
            position += 1
            if unsafe position < text.count && text[position] == UInt8(ascii: "?") { return false }
            position = unsafe ByteKernels.endOfSpan(of: .text, in: text, from: position)
        }
        return true
    }

    /// Without the white space at both ends.
    private static func trimmed(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var start = 0
        var end = value.count
        while unsafe start < end && (value[start] == 0x20 || value[start] == 0x09) { start += 1 }
        while unsafe end > start && (value[end - 1] == 0x20 || value[end - 1] == 0x09) { end -= 1 }
        return unsafe UnsafeRawBufferPointer(rebasing: value[start..<end])
    }

    /// Text with its encoded-words decoded.
    ///
    /// White space between two encoded-words goes (RFC 2047 §6.2), and words next to each other of one charset and
    /// encoding are joined before they are converted, since senders cut characters in two.
    static func decode(_ text: [UInt8]) -> String {
        guard text.firstIndex(of: UInt8(ascii: "=")) != nil else { return string(text) }
        var result = ""
        var plainStart = 0
        var index = 0
        var hasWord = false
        var ends = EncodedWord.Ends()
        var charset = ""
        /// The words since the last that could not be joined.
        var octets: [UInt8] = []
        func flush() {
            if !octets.isEmpty { result += Charset(charset).decode(octets).text }
            octets.removeAll(keepingCapacity: true)
        }
        while index < text.count {
            guard text[index] == UInt8(ascii: "="), let word = EncodedWord(text, at: index, &ends) else {
                index += 1
                continue
            }
            let between = text[plainStart..<index]
            let isJoined = hasWord && between.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            if !isJoined || charset != word.charset { flush() }
            if !isJoined { result += string(between) }
            charset = word.charset
            octets += word.octets
            hasWord = true
            index = word.end
            plainStart = index
        }
        flush()
        return result + string(text[plainStart...])
    }
}

extension String {
    /// A copy of octets that are known to be ASCII, which are not looked at again.
    init(knownASCII octets: UnsafeRawBufferPointer) {
        let units = unsafe Span<UInt8>(_unsafeBytes: octets)
        // Sound: the caller knows, and ASCII is UTF-8.
        self.init(copying: unsafe UTF8Span(unchecked: units, isKnownASCII: true))
    }
}

/// One encoded-word: `=?charset?encoding?text?=` (RFC 2047 §2).
struct EncodedWord {
    /// Lower case, without the language of RFC 2231 §5.
    let charset: String
    let octets: [UInt8]
    /// The index behind the word.
    let end: Int

    /// RFC 2047 §2 allows 75; senders exceed it.
    private static let lengthLimit = 4_096

    /// Where words of a text may end, looked for once: many that are none would each look through the rest.
    struct Ends {
        /// No word that began before ends before this.
        private var searched = 0
        /// Whether one ends there.
        private var isEnd = false

        /// The index of the `?=` in `text[start..<limit]`.
        fileprivate mutating func next(_ text: [UInt8], from start: Int, limit: Int) -> Int? {
            if start > searched || !isEnd {
                searched = max(start, searched)
                isEnd = false
                while searched + 1 < limit, !isEnd {
                    isEnd = text[searched] == UInt8(ascii: "?") && text[searched + 1] == UInt8(ascii: "=")
                    if !isEnd { searched += 1 }
                }
            }
            return isEnd && searched + 1 < limit ? searched : nil
        }
    }

    /// Reads the word that begins at `start`; nil if there is none. Of one text words are read from its beginning on,
    /// with the same `ends`.
    init?(_ text: [UInt8], at start: Int, _ ends: inout Ends) {
        guard start + 6 < text.count, text[start + 1] == UInt8(ascii: "?") else { return nil }
        let limit = min(text.count, start + Self.lengthLimit)
        var cursor = start + 2
        let charsetStart = cursor
        while cursor < limit, text[cursor] != UInt8(ascii: "?") {
            guard text[cursor] > 0x20, text[cursor] < 0x7F else { return nil }
            cursor += 1
        }
        guard cursor > charsetStart, cursor + 2 < limit, text[cursor + 2] == UInt8(ascii: "?") else { return nil }
        let encoding = text[cursor + 1].asciiLowercased
        let name = text[charsetStart..<cursor].prefix { $0 != UInt8(ascii: "*") }
        let contentStart = cursor + 3
        // Spaces within are against the RFC, and met.
        guard let contentEnd = ends.next(text, from: contentStart, limit: limit) else { return nil }
        let content = text[contentStart..<contentEnd]
        switch encoding {
        case UInt8(ascii: "q"): octets = Self.decodeQ(content)
        case UInt8(ascii: "b"):
            guard let decoded = Self.decodeB(content) else { return nil }
            octets = decoded
        default: return nil
        }
        charset = String(decoding: name.map(\.asciiLowercased), as: UTF8.self)
        end = contentEnd + 2
    }

    private static func decodeQ(_ content: ArraySlice<UInt8>) -> [UInt8] {
        var octets: [UInt8] = []
        var index = content.startIndex
        while index < content.endIndex {
            let octet = content[index]
            if octet == UInt8(ascii: "="), index + 2 < content.endIndex,
                let byte = Hexadecimal.byte(content[index + 1], content[index + 2])
            {
                octets.append(byte)
                index += 3
            } else {
                octets.append(octet == UInt8(ascii: "_") ? 0x20 : octet)
                index += 1
            }
        }
        return octets
    }

    /// Nil where the text holds anything but base64; missing padding is forgiven.
    private static func decodeB(_ content: ArraySlice<UInt8>) -> [UInt8]? {
        let isBase64 = content.allSatisfy { octet in
            octet.isLetter || octet.isDigit || "+/= \t".utf8.contains(octet)
        }
        guard isBase64 else { return nil }
        var decoder = ByteKernels.Base64Decoder()
        let capacity = ByteKernels.Base64Decoder.outputCapacity(for: content.count) + 8
        // The decoder writes no more than that, and says how much of it it has written.
        return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            let output = UnsafeMutableRawBufferPointer(buffer)
            count = unsafe content.withUnsafeBytes { unsafe decoder.decode($0, into: output) }
            count += unsafe decoder.finish(into: UnsafeMutableRawBufferPointer(rebasing: output[count...]))
        }
    }
}
