import ArgumentParser

/// A number of octets, as people write it: `4k`, `25M`, `1g`, powers of 1,024.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
    let octets: Int

    init(_ octets: Int) {
        self.octets = octets
    }

    init?(argument: String) {
        let units: [Character: Int] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40]
        var digits = argument.lowercased()[...]
        if digits.last == "b" { digits = digits.dropLast() }
        var factor = 1
        if let last = digits.last, let unit = units[last] {
            factor = unit
            digits = digits.dropLast()
        }
        guard let value = Int(digits), value > 0 else { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        octets = product
    }

    var description: String {
        var value = Double(octets)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 1024 || unit == "GiB" {
                let tenths = Int(clamping: (value * 10).rounded())
                return unit == "B" ? "\(octets) B" : "\(tenths / 10).\(tenths % 10) \(unit)"
            }
            value /= 1024
        }
        return "\(octets) B"
    }
}
