/// HZ, which shifts between ASCII and GB 2312 by `~{` and `~}` (RFC 1843); the C library has no converter for it.
enum HZ {
    /// The octets as GB18030, of which GB 2312 is a part: shifts taken out, high bits set between them. O(n).
    static func gb18030(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var isShifted = false
        var index = 0
        while index < octets.count {
            let octet = octets[index]
            let next = index + 1 < octets.count ? octets[index + 1] : nil
            switch (octet, next) {
            case (UInt8(ascii: "~"), UInt8(ascii: "{")) where !isShifted: isShifted = true
            case (UInt8(ascii: "~"), UInt8(ascii: "}")) where isShifted: isShifted = false
            case (UInt8(ascii: "~"), UInt8(ascii: "~")) where !isShifted: result.append(octet)
            case (UInt8(ascii: "~"), 0x0A) where !isShifted: break
            case (0x0A, _):
                // A line begins in ASCII, whatever the one before forgot.
                isShifted = false
                result.append(octet)
                index += 1
                continue
            case (0x21...0x7E, .some(0x21...0x7E)) where isShifted:
                result.append(octet | 0x80)
                result.append((next ?? 0) | 0x80)
            default:
                result.append(octet)
                index += 1
                continue
            }
            index += 2
        }
        return result
    }
}
