import MessageBuffers

/// Streams of bytes that are cut into pieces, and what a reader that sees all of a stream makes of it.
package enum CutStream {
    /// Line ends, marks and beginnings of `From ` in awkward places.
    package static let texts = [
        "", "\r", "\n", "\r\n", "a\r\nb\r\n", "\r\r\n\n", "From x", ">From x\r\n>>From y", "From", "Fro\nFrom \n",
        "FFrom \nFrFrom \n> From \n>F>From ", "a\r\n\r\nFrom \r\r\n>", ">>", "\n>\n>From \n",
    ]

    /// Calls `body` with the pieces between the cuts, which lie within `bytes`.
    package static func visit(_ bytes: [UInt8], _ cuts: [Int], _ body: (RawSpan) -> Void) {
        var start = 0
        for end in cuts.sorted() + [bytes.count] {
            body(bytes.rawSpan.extracting(start..<end))
            start = end
        }
    }

    /// Calls `body` with every pair of cuts of a stream of `count` bytes.
    package static func everyPair(of count: Int, _ body: ([Int]) -> Void) {
        for first in 0...count {
            for second in first...count { body([first, second]) }
        }
    }

    /// A stream that is made of what matters to lines and From_ lines, and places to cut it.
    package static func random(_ generator: inout some RandomNumberGenerator) -> (bytes: [UInt8], cuts: [Int]) {
        let alphabet = Array((Bool.random(using: &generator) ? "\r\n>From x" : "\n>>From ").utf8)
        var bytes = (0..<Int.random(in: 0...400, using: &generator)).compactMap { _ in
            alphabet.randomElement(using: &generator)
        }
        for _ in 0..<20 {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            bytes.insert(contentsOf: Array("\n>From \r\n".utf8), at: place)
        }
        let cuts = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            Int.random(in: 0...bytes.count, using: &generator)
        }
        return (bytes, cuts)
    }

    /// What is escaped in an mbox, line by line.
    package static func escapedAtOnce(_ bytes: [UInt8]) -> [UInt8] {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map { line in
            line.drop { $0 == 62 }.starts(with: "From ".utf8) ? [62] + line : Array(line)
        }
        return Array(lines.joined(separator: [10]))
    }
}
