import ByteKernels
import SeededRandom
import Testing

/// A search, by name, in the form that takes the implementation.
enum Search: String, CaseIterable, CustomTestStringConvertible {
    case newline, newlineDot, newlineDashDash, nonASCII, byte

    var testDescription: String { rawValue }

    func callAsFunction(_ bytes: UnsafeRawBufferPointer, using implementation: ByteKernels.Implementation) -> Int {
        switch self {
        case .newline: unsafe ByteKernels.indexOfNewline(bytes, using: implementation)
        case .newlineDot: unsafe ByteKernels.indexOfNewlineDot(bytes, using: implementation)
        case .newlineDashDash: unsafe ByteKernels.indexOfNewlineDashDash(bytes, using: implementation)
        case .nonASCII: unsafe ByteKernels.indexOfNonASCII(bytes, using: implementation)
        case .byte: unsafe ByteKernels.index(of: 0x3A, in: bytes, using: implementation)
        }
    }

    /// What the search looks for.
    var needle: [UInt8] {
        switch self {
        case .newline: [0x0A]
        case .newlineDot: [0x0A, 0x2E]
        case .newlineDashDash: [0x0A, 0x2D, 0x2D]
        case .nonASCII: [0x80]
        case .byte: [0x3A]
        }
    }
}

@Suite("byte searches")
struct SearchTests {
    static let accelerated = ByteKernels.Implementation.available.filter { $0 != .fallback }
    static let longest = 300

    @Test("the fallback finds the first match, and none in a needle cut short", arguments: Search.allCases)
    func fallback(search: Search) {
        let needle = search.needle
        let filler = [UInt8](repeating: 0x61, count: 5)
        #expect(unsafe (filler + needle + needle).withUnsafeBytes { unsafe search($0, using: .fallback) } == 5)
        let cut = filler + needle.dropLast()
        #expect(unsafe cut.withUnsafeBytes { unsafe search($0, using: .fallback) } == cut.count)
        #expect(unsafe search(UnsafeRawBufferPointer(start: nil, count: 0), using: .best) == 0)
    }

    @Test(
        "a match is found at every place of every length, right up to memory that cannot be read",
        arguments: Search.allCases, accelerated)
    func everyPlace(search: Search, implementation: ByteKernels.Implementation) {
        let memory = GuardedMemory(capacity: Self.longest)
        for length in TestLevel.lengths(upTo: Self.longest) {
            var content = [UInt8](repeating: 0x61, count: length)
            let absent = unsafe search(memory.placeAtEnd(content), using: implementation)
            #expect(absent == length)
            for place in 0..<max(0, length - search.needle.count + 1) {
                content.replaceSubrange(place..<place + search.needle.count, with: search.needle)
                let atEnd = unsafe search(memory.placeAtEnd(content), using: implementation)
                let atStart = unsafe search(memory.place(content, at: 0), using: implementation)
                if atEnd != place || atStart != place {
                    Issue.record("\(length) bytes, match at \(place): \(atEnd) and \(atStart)")
                }
                content.replaceSubrange(
                    place..<place + search.needle.count,
                    with: [UInt8](repeating: 0x61, count: search.needle.count))
            }
        }
    }

    @Test(
        "every implementation says what the fallback says, at every alignment and length",
        arguments: Search.allCases, accelerated)
    func agreement(search: Search, implementation: ByteKernels.Implementation) {
        var random = SeededGenerator(seed: 1)
        let memory = GuardedMemory(capacity: Self.longest + 64)
        let alphabet = [UInt8](repeating: 0x61, count: 40) + [0x0A, 0x0A, 0x2E, 0x2D, 0x2D, 0x3A, 0x8A]
        for length in TestLevel.lengths(upTo: Self.longest) {
            let content = random.bytes(length, of: alphabet)
            let expected = unsafe content.withUnsafeBytes { unsafe search($0, using: .fallback) }
            for alignment in 0..<64 {
                let found = unsafe search(memory.place(content, at: alignment), using: implementation)
                if found != expected { Issue.record("\(content) at \(alignment): \(found), not \(expected)") }
            }
        }
    }

    @Test("bytes next to the buffer do not count", arguments: Search.allCases, accelerated)
    func surroundings(search: Search, implementation: ByteKernels.Implementation) {
        let memory = GuardedMemory(capacity: 1024)
        _ = unsafe memory.place([UInt8](repeating: search.needle[0], count: 1024), at: 0)
        for length in 0...Self.longest {
            let content = [UInt8](repeating: 0x61, count: length)
            #expect(unsafe search(memory.place(content, at: 400), using: implementation) == length)
            unsafe memory.bytes[400 + length] = search.needle.last ?? 0
        }
    }

    @Test("only bytes over 0x7F are not ASCII")
    func ascii() {
        for byte in UInt8.min...UInt8.max {
            let content = [UInt8](repeating: 0x20, count: 100) + [byte]
            #expect(unsafe content.withUnsafeBytes { unsafe ByteKernels.isASCII($0) } == (byte < 0x80))
        }
    }
}
