/// Byte searches and decoders over raw memory.
package enum ByteKernels {
    /// The index of the first LF that is directly followed by `.`, or `bytes.count`.
    package static func indexOfNewlineDot(_ bytes: UnsafeRawBufferPointer) -> Int {
        var index = 0
        while index + 1 < bytes.count {
            if unsafe bytes[index] == 0x0A && bytes[index + 1] == 0x2E { return index }
            index += 1
        }
        return bytes.count
    }

    /// The index of the first LF, or `bytes.count`.
    package static func indexOfNewline(_ bytes: UnsafeRawBufferPointer) -> Int {
        var index = 0
        while index < bytes.count {
            if unsafe bytes[index] == 0x0A { return index }
            index += 1
        }
        return bytes.count
    }
}
