import ByteKernels
import SeededRandom

/// What a decoder made of its input.
struct Decoded: Equatable {
    var bytes: [UInt8] = []
    var damage = 0
}

/// Runs a decoder over `pieces`, each in memory of its own that ends where nothing can be read or written.
struct PiecewiseDecoding {
    private let input: GuardedMemory
    private let output: GuardedMemory

    init(capacity: Int) {
        input = GuardedMemory(capacity: capacity)
        output = GuardedMemory(capacity: 2 * capacity + 1024)
    }

    func base64(_ pieces: [ArraySlice<UInt8>], using implementation: ByteKernels.Implementation) -> Decoded {
        var decoder = ByteKernels.Base64Decoder(using: implementation)
        var result = Decoded()
        for piece in pieces {
            let target = unsafe output.end(ByteKernels.Base64Decoder.outputCapacity(for: piece.count))
            let written = unsafe decoder.decode(input.placeAtEnd(piece), into: target)
            unsafe result.bytes += target[..<written]
        }
        let target = unsafe output.end(2)
        let written = unsafe decoder.finish(into: target)
        unsafe result.bytes += target[..<written]
        result.damage = decoder.invalidByteCount
        return result
    }

    func quotedPrintable(_ pieces: [ArraySlice<UInt8>], using implementation: ByteKernels.Implementation) -> Decoded {
        var decoder = ByteKernels.QuotedPrintableDecoder(using: implementation)
        var result = Decoded()
        for piece in pieces {
            let encoded = unsafe input.placeAtEnd(piece)
            let target = unsafe output.end(decoder.outputCapacity(for: encoded))
            let written = unsafe decoder.decode(encoded, into: target)
            unsafe result.bytes += target[..<written]
        }
        let target = unsafe output.end(decoder.outputCapacity(for: 0))
        let written = unsafe decoder.finish(into: target)
        unsafe result.bytes += target[..<written]
        result.damage = decoder.damagedEscapeCount
        return result
    }
}

/// A decoder's name, so that both run the same properties.
enum TransferDecoder: String, CaseIterable {
    case base64, quotedPrintable

    func decode(
        _ pieces: [ArraySlice<UInt8>], using implementation: ByteKernels.Implementation, in memory: PiecewiseDecoding
    ) -> Decoded {
        switch self {
        case .base64: memory.base64(pieces, using: implementation)
        case .quotedPrintable: memory.quotedPrintable(pieces, using: implementation)
        }
    }

    /// Input that is well formed here and there: lines of several widths, with something of `alphabet` thrown in.
    func input(lines: Int, damage: Int, random: inout SeededGenerator) -> [UInt8] {
        let ending: [UInt8] = Bool.random(using: &random) ? [0x0D, 0x0A] : [0x0A]
        let width = [76, 76, 64, 72, 60, 4, 75].randomElement(using: &random) ?? 76
        var content: [UInt8] = []
        for _ in 0..<lines { content += random.bytes(width, of: letters) + ending }
        for _ in 0..<damage where !content.isEmpty {
            let place = Int.random(in: 0..<content.count, using: &random)
            content[place] = special.randomElement(using: &random) ?? 0
        }
        return content
    }

    private var letters: [UInt8] {
        switch self {
        case .base64: [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        case .quotedPrintable: [UInt8]("the quick brown fox jumps over lazy dogs".utf8)
        }
    }

    /// Bytes that mean something, or nothing, to the decoder.
    var special: [UInt8] { [UInt8]("= \t\r\n==\r\n =4fA-.\u{0}*:[`{@/".utf8) + [0x80, 0xFF, 0xC3] }
}
