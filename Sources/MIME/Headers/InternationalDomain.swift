#if IDN
    private import CIDN2
#endif

/// Domains as people read them (RFC 5890).
enum InternationalDomain {
    /// The domain with its `xn--` labels in Unicode. A label stays as it is where it is no Punycode, or stands for what
    /// no label may hold: a sender could make an address look like another by it.
    static func unicode(_ domain: String) -> String {
        var text: [UInt8] = []
        var hasUnicode = false
        for label in domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            if !text.isEmpty || label.startIndex != domain.startIndex { text.append(UInt8(ascii: ".")) }
            if let decoded = decoded(label) {
                text += decoded.utf8
                hasUnicode = true
            } else {
                text += label
            }
        }
        return hasUnicode ? String(decoding: text, as: UTF8.self) : domain
    }

    private static let prefix = "xn--"

    /// What a label stands for; nil where it is to stay.
    private static func decoded(_ label: Substring.UTF8View) -> String? {
        // Longer ones are no labels, and are not read as text to find that out.
        guard label.prefix(4).map(\.asciiLowercased).elementsEqual(prefix.utf8),
            label.count <= prefix.utf8.count + Punycode.labelLimit, label.allSatisfy({ $0 < 0x80 })
        else { return nil }
        let ascii = String(decoding: label.map(\.asciiLowercased), as: UTF8.self)
        guard let decoded = Punycode.decode(String(ascii.dropFirst(4))), isLabel(decoded), isForm(ascii, of: decoded)
        else { return nil }
        return decoded
    }

    /// Letters, marks and digits of any script, one beyond ASCII at least, and hyphens; nothing in capitals, nothing
    /// that is not seen.
    private static func isLabel(_ text: String) -> Bool {
        text.unicodeScalars.contains { !$0.isASCII }
            && text.unicodeScalars.allSatisfy { scalar in
                if scalar.isASCII {
                    return scalar.value == 0x2D || UInt8(scalar.value).isLetter || UInt8(scalar.value).isDigit
                }
                switch scalar.properties.generalCategory {
                case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber:
                    return true
                // Joiners of Indic and Arabic writing, and the points of Catalan, Greek, Hebrew and Japanese (RFC 5892
                // appendix A).
                default: return [0x200C, 0x200D, 0xB7, 0x375, 0x5F3, 0x5F4, 0x30FB].contains(scalar.value)
                }
            }
    }

    #if IDN
        /// Whether IDNA 2008 makes that ASCII form of the label, and lets it be (RFC 5891 §5.4).
        private static func isForm(_ ascii: String, of label: String) -> Bool {
            var encoded: UnsafeMutablePointer<UInt8>?
            let flags = Int32(bitPattern: IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
            // The library reads the string within the call, and gives memory of its own.
            let status = unsafe label.withCString(encodedAs: UTF8.self) { unsafe idn2_lookup_u8($0, &encoded, flags) }
            guard status == IDN2_OK.rawValue, let encoded = unsafe encoded else { return false }
            defer { unsafe idn2_free(encoded) }
            return unsafe String(cString: encoded) == ascii
        }
    #else
        /// Without IDNA's tables any label that looks like one is let through.
        private static func isForm(_ ascii: String, of label: String) -> Bool { true }
    #endif
}
