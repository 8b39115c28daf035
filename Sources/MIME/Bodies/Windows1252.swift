/// Windows-1252, which has a reading for every octet (the Encoding Standard's table; the five octets that Microsoft's
/// table leaves out are control characters there).
enum Windows1252 {
    /// The characters of the octets from 0x80 to 0x9F.
    private static let upper: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D,
        0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x009D, 0x017E, 0x0178,
    ]

    /// The character of an octet from 0x80 to 0x9F; others are what they are in Latin-1.
    static func scalar(_ octet: UInt8) -> Unicode.Scalar {
        let value = octet & 0xE0 == 0x80 ? UInt32(upper[Int(octet & 0x1F)]) : UInt32(octet)
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    static func utf8(_ octets: [UInt8]) -> [UInt8] {
        guard !octets.isASCII else { return octets }
        var utf8: [UInt8] = []
        utf8.reserveCapacity(octets.count + octets.count / 4)
        for octet in octets {
            if octet & 0xE0 == 0x80 {
                utf8.append(contentsOf: UTF8.encode(scalar(octet)) ?? UTF8.encodedReplacementCharacter)
            } else {
                utf8.append(latin1: octet)
            }
        }
        return utf8
    }
}
