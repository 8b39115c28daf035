package import ByteCoding

/// The same numbers in every run, so that a failure can be repeated.
package typealias SeededGenerator = SplitMix64

extension SplitMix64 {
    /// `count` bytes drawn from `alphabet`, so that what is looked for is frequent.
    package mutating func bytes(_ count: Int, of alphabet: [UInt8]) -> [UInt8] {
        (0..<count).map { _ in alphabet.randomElement(using: &self) ?? 0 }
    }
}
