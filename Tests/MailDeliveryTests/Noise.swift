import POP3Sandbox
import SeededRandom
import Synchronization

/// Spoils one line in six of what a server sends; the same for the same seed.
enum Noise {
    private static let fragments: [[UInt8]] = [
        "+OK\r\n", "-ERR\r\n", ".\r\n", "+OK 1 120\r\n", "+\r\n", "\r\n", "\n", "+OK", ".", "..\r\n", "\r", "\0\r\n",
        "-ERR [IN-USE] x\r\n", "1 18446744073709551616\r\n", "4294967296 1\r\n",
        "+OK 9223372036854775807 9223372036854775807\r\n",
    ].map { Array($0.utf8) }

    /// A mutator that leaves the first `place` lines as they are, or some more.
    static func mutator(_ seed: UInt64, from place: Int) -> WireMutator {
        let source = Source(seed)
        return WireMutator(from: place) { lines in
            source.generator.withLock { generator in spoilt(lines, &generator) }
        }
    }

    private final class Source: Sendable {
        let generator: Mutex<SeededGenerator>
        init(_ seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }
    }

    private static func spoilt(_ lines: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
        var output: [UInt8] = []
        for line in lines {
            guard Int.random(in: 0..<6, using: &random) == 0 else {
                output += line
                continue
            }
            let fragment = fragments.randomElement(using: &random) ?? []
            switch Int.random(in: 0..<8, using: &random) {
            case 0: break
            case 1: output += line + line
            case 2: output += fragment + line
            case 3: output += fragment
            case 4: output += line.prefix(Int.random(in: 0...line.count, using: &random))
            case 5:
                var changed = line
                if !changed.isEmpty {
                    changed[Int.random(in: 0..<line.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                output += changed
            case 6:
                let count = Int.random(in: 1...40, using: &random)
                for _ in 0..<count { output.append(UInt8.random(in: 0...255, using: &random)) }
            default: output = line + output
            }
        }
        return output
    }
}
