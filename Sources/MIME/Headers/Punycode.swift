/// The ASCII form of labels of internationalised domains (RFC 3492).
enum Punycode {
    /// A label is at most 63 octets (RFC 1035 §2.3.4), which also bounds the work here.
    static let labelLimit = 63

    /// What stands behind `xn--`, in lower case; nil where it is no Punycode. O(n²) in a label, which is short.
    static func decode(_ text: String) -> String? {
        let input = Array(text.utf8)
        guard input.count <= labelLimit else { return nil }
        var output: [UInt32] = []
        var rest = input[...]
        if let dash = input.lastIndex(of: UInt8(ascii: "-")) {
            output = input[..<dash].map(UInt32.init)
            rest = input[(dash + 1)...]
        }
        var code = 128
        var index = 0
        var bias = 72
        while !rest.isEmpty {
            let start = index
            var weight = 1
            var threshold = 36
            while true {
                guard let octet = rest.popFirst(), let digit = digit(octet) else { return nil }
                let (product, overflow) = digit.multipliedReportingOverflow(by: weight)
                guard !overflow, product < 1 << 32 else { return nil }
                index += product
                let limit = max(1, min(26, threshold - bias))
                if digit < limit { break }
                weight *= 36 - limit
                guard weight < 1 << 32 else { return nil }
                threshold += 36
            }
            let count = output.count + 1
            bias = adapt(index - start, count, isFirst: start == 0)
            code += index / count
            index %= count
            guard code <= 0x10FFFF, Unicode.Scalar(UInt32(code)) != nil else { return nil }
            output.insert(UInt32(code), at: index)
            index += 1
        }
        var scalars = String.UnicodeScalarView()
        for value in output {
            guard let scalar = Unicode.Scalar(value) else { return nil }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    private static func digit(_ octet: UInt8) -> Int? {
        switch octet {
        case 0x61...0x7A: Int(octet) - 0x61
        case 0x30...0x39: Int(octet) - 0x30 + 26
        default: nil
        }
    }

    private static func adapt(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var k = 0
        while delta > 455 {
            delta /= 35
            k += 36
        }
        return k + 36 * delta / (delta + 38)
    }
}
