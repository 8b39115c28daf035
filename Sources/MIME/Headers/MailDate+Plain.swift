/// The form that nearly all dates have, read where it stands.
extension MailDate {
    /// `Tue, 24 Nov 2026 06:46:10 +0000`, with or without the day of the week, the seconds and a comment behind the
    /// zone (RFC 5322 §3.3): what the general reading makes of it. Nil for every other form.
    static func plain(_ value: MessageBytes) -> MailDate? {
        var cursor = HeaderCursor(value)
        cursor.skipSpace()
        if let octet = cursor.peek, octet.isLetter {
            guard takeLetters(&cursor) != nil, cursor.take(UInt8(ascii: ",")), cursor.take(0x20) else { return nil }
        }
        guard let day = takeNumber(&cursor, digits: 1...2), cursor.take(0x20), let name = takeLetters(&cursor),
            let month = month(name), cursor.take(0x20), let year = takeNumber(&cursor, digits: 4...4),
            cursor.take(0x20), let hour = takeNumber(&cursor, digits: 2...2), cursor.take(UInt8(ascii: ":")),
            let minute = takeNumber(&cursor, digits: 2...2)
        else { return nil }
        var second = 0
        if cursor.take(UInt8(ascii: ":")) {
            guard let value = takeNumber(&cursor, digits: 2...2) else { return nil }
            second = value
        }
        guard cursor.take(0x20), let sign = cursor.peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            return nil
        }
        cursor.advance()
        guard let zone = takeNumber(&cursor, digits: 4...4), zone % 100 < 60, zone < 2400 else { return nil }
        cursor.skipComments()
        guard cursor.isAtEnd else { return nil }
        let minutes = zone / 100 * 60 + zone % 100
        // `-0000` says that the zone is not known.
        let isUnknown = sign == UInt8(ascii: "-") && minutes == 0
        return MailDate(
            day: (year, month, day), clock: (hour, minute, second),
            zoneMinutes: isUnknown ? nil : sign == UInt8(ascii: "-") ? -minutes : minutes)
    }

    private static func takeNumber(_ cursor: inout HeaderCursor, digits: ClosedRange<Int>) -> Int? {
        var value = 0
        var count = 0
        while let octet = cursor.peek, octet.isDigit {
            value = value * 10 + Int(octet - 0x30)
            count += 1
            if count > digits.upperBound { return nil }
            cursor.advance()
        }
        return digits.contains(count) ? value : nil
    }

    /// Three letters in lower case, the first one highest.
    private static func takeLetters(_ cursor: inout HeaderCursor) -> UInt32? {
        let word = cursor.wordRange { !$0.isLetter }
        guard word.count == 3 else { return nil }
        let octets = cursor.octets
        return word.reduce(0) { $0 << 8 | UInt32(octets[$1].asciiLowercased) }
    }

    private static func month(_ letters: UInt32) -> Int? {
        switch letters {
        case 0x6A_616E: 1
        case 0x66_6562: 2
        case 0x6D_6172: 3
        case 0x61_7072: 4
        case 0x6D_6179: 5
        case 0x6A_756E: 6
        case 0x6A_756C: 7
        case 0x61_7567: 8
        case 0x73_6570: 9
        case 0x6F_6374: 10
        case 0x6E_6F76: 11
        case 0x64_6563: 12
        default: nil
        }
    }
}
