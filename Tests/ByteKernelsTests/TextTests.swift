import ByteKernels
import SeededRandom
import Testing

@Suite("text: UTF-8 and line ends")
struct TextTests {
    /// Octets that matter to UTF-8: the first and last of each range of RFC 3629 §4, and those beside.
    static let edges: [UInt8] = [
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
        0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]

    /// What may come third and fourth: ASCII, continuations, a lead.
    static let tails: [UInt8] = [0x41, 0x80, 0xBF, 0xC3]

    @Test(
        "every sequence of edge octets is judged as Swift does, also across blocks",
        arguments: ByteKernels.Implementation.available)
    func edgeSequences(implementation: ByteKernels.Implementation) {
        let memory = GuardedMemory(capacity: 256)
        var wrong = 0
        for first in Self.edges {
            for second in Self.edges {
                for third in Self.tails {
                    for fourth in Self.tails {
                        let sequence = [first, second, third, fourth]
                        // Alone, and so that each of its octets is the first of a block in one of the places.
                        for before in [0, 29, 30, 31, 125] {
                            let text = [UInt8](repeating: 0x61, count: before) + sequence
                            let bytes = unsafe memory.placeAtEnd(text)
                            let expected = String(validating: sequence, as: UTF8.self) != nil
                            if unsafe ByteKernels.isUTF8(bytes, using: implementation) != expected { wrong += 1 }
                        }
                    }
                }
            }
        }
        #expect(wrong == 0)
    }

    @Test("text cut at any place is UTF-8 where no character is cut", arguments: ByteKernels.Implementation.available)
    func cutText(implementation: ByteKernels.Implementation) {
        let memory = GuardedMemory(capacity: 1024)
        let text = Array(String(repeating: "aé漢😀 plain ascii in between, long enough to fill blocks. ", count: 8).utf8)
        for length in 0...text.count {
            let piece = text.prefix(length)
            let expected = String(validating: piece, as: UTF8.self) != nil
            let found = unsafe ByteKernels.isUTF8(memory.placeAtEnd(piece), using: implementation)
            if found != expected { Issue.record("\(length) octets: \(found)") }
        }
    }

    @Test("one damaged octet anywhere in a text is found", arguments: ByteKernels.Implementation.available)
    func damage(implementation: ByteKernels.Implementation) {
        let memory = GuardedMemory(capacity: 512)
        let texts = [
            [UInt8](repeating: 0x61, count: 400), Array(String(repeating: "é", count: 200).utf8),
            Array(String(repeating: "漢", count: 130).utf8), Array(String(repeating: "😀", count: 100).utf8),
        ]
        for text in texts {
            for place in text.indices {
                var damaged = text
                damaged[place] = 0xFF
                if unsafe ByteKernels.isUTF8(memory.placeAtEnd(damaged), using: implementation) {
                    Issue.record("octet \(place) of \(text.count)")
                }
            }
        }
    }

    @Test("CRLF becomes LF at every place, and a CR alone stays", arguments: ByteKernels.Implementation.available)
    func lineEnds(implementation: ByteKernels.Implementation) {
        var random = SeededGenerator(seed: 5)
        let memory = GuardedMemory(capacity: 4096)
        let alphabets: [[UInt8]] = [
            [0x61, 0x0D, 0x0A], [UInt8](repeating: 0x61, count: 30) + [0x0D, 0x0A], [0x0D], [0x0A], [0x61],
            [0x61, 0x0D, 0x0A, 0x80, 0xFF],
        ]
        for alphabet in alphabets {
            for length in 0...200 {
                var text = random.bytes(length, of: alphabet)
                if alphabet.count > 3, length > 40 { text.replaceSubrange(31..<33, with: [0x0D, 0x0A]) }
                var expected: [UInt8] = []
                for (index, octet) in text.enumerated() {
                    if octet == 0x0D, index + 1 < text.count, text[index + 1] == 0x0A { continue }
                    expected.append(octet)
                }
                let input = unsafe memory.placeAtEnd(text)
                var output = [UInt8](repeating: 0, count: ByteKernels.crlfToLFCapacity(for: length))
                let copied = unsafe output.withUnsafeMutableBytes {
                    unsafe ByteKernels.convertCRLFToLF(input, into: $0, using: implementation)
                }
                if Array(output[..<copied.count]) != expected { Issue.record("\(text)") }
                if copied.isASCII != text.allSatisfy({ $0 < 0x80 }) { Issue.record("\(text)") }
            }
        }
    }

    @Test("one octet beyond ASCII is seen at every place", arguments: ByteKernels.Implementation.available)
    func beyondASCII(implementation: ByteKernels.Implementation) {
        var output = [UInt8](repeating: 0, count: ByteKernels.crlfToLFCapacity(for: 300))
        for length in [1, 15, 34, 66, 131, 300] {
            for place in 0..<length {
                var text = [UInt8](repeating: 0x61, count: length)
                text[place] = 0x80
                let copied = unsafe output.withUnsafeMutableBytes { output in
                    unsafe text.withUnsafeBytes {
                        unsafe ByteKernels.convertCRLFToLF($0, into: output, using: implementation)
                    }
                }
                if copied.isASCII || copied.count != length { Issue.record("octet \(place) of \(length)") }
            }
        }
    }
}
