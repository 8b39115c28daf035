import ByteKernels

/// Unstructured header text: folding and encoded-words (RFC 5322 §2.2.3, RFC 2047).
enum HeaderText {
    /// The value on one line without the white space around it. A line end with the white space on both sides of it becomes
    /// one space: programs fold with tabs, and with more than they found.
    static func unfold(_ value: MessageBytes) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(value.count)
        var isFolding = false
        for octet in value.bytes {
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
        decode(unfold(value))
    }

    /// Text with its encoded-words decoded.
    ///
    /// White space between two encoded-words goes (RFC 2047 §6.2), and words next to each other of one charset and encoding
    /// are joined before they are converted, since senders cut characters in two.
    static func decode(_ text: [UInt8]) -> String {
        guard text.firstIndex(of: UInt8(ascii: "=")) != nil else { return string(text) }
        var result = ""
        var plainStart = 0
        var index = 0
        var pending: (charset: String, octets: [UInt8])?
        func flush() {
            if let (charset, octets) = pending { result += Charset(charset).decode(octets).text }
            pending = nil
        }
        while index < text.count {
            guard text[index] == UInt8(ascii: "="), let word = EncodedWord(text, at: index) else {
                index += 1
                continue
            }
            let between = text[plainStart..<index]
            let isJoined = pending != nil && between.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            if !isJoined {
                flush()
                result += string(between)
            } else if pending?.charset != word.charset {
                flush()
            }
            pending = (word.charset, (pending?.octets ?? []) + word.octets)
            index = word.end
            plainStart = index
        }
        flush()
        return result + string(text[plainStart...])
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

    /// Reads the word that begins at `start`; nil if there is none.
    init?(_ text: [UInt8], at start: Int) {
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
        cursor = contentStart
        // Spaces within are against the RFC, and met.
        while cursor + 1 < limit, !(text[cursor] == UInt8(ascii: "?") && text[cursor + 1] == UInt8(ascii: "=")) {
            cursor += 1
        }
        guard cursor + 1 < limit else { return nil }
        let content = text[contentStart..<cursor]
        switch encoding {
        case UInt8(ascii: "q"): octets = Self.decodeQ(content)
        case UInt8(ascii: "b"):
            guard let decoded = Self.decodeB(content) else { return nil }
            octets = decoded
        default: return nil
        }
        charset = String(decoding: name.map(\.asciiLowercased), as: UTF8.self)
        end = cursor + 2
    }

    private static func decodeQ(_ content: ArraySlice<UInt8>) -> [UInt8] {
        var octets: [UInt8] = []
        var index = content.startIndex
        while index < content.endIndex {
            let octet = content[index]
            if octet == UInt8(ascii: "="), index + 2 < content.endIndex, let high = content[index + 1].hexDigit,
                let low = content[index + 2].hexDigit
            {
                octets.append(high << 4 | low)
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
