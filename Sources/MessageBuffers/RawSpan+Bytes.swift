#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension RawSpan {
    /// The byte at `offset`, which lies in `0..<byteCount`.
    package subscript(offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < byteCount, "offset lies within the span")
        // In bounds as just checked, and every bit pattern is a byte.
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// The first offset at or after `start` that holds `byte`, or nil.
    package func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
        precondition(start >= 0 && start <= byteCount, "start lies within the span")
        return unsafe withUnsafeBytes { bytes in
            // memchr reads only the bytes between `start` and the end, and what it returns points among them.
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base + start, CInt(byte), bytes.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }
}

extension [UInt8] {
    /// The array's bytes, for as long as it is not changed.
    package var rawSpan: RawSpan {
        @_lifetime(borrow self)
        // Bytes hold no padding and no references, so that any part of them may be read.
        get { unsafe span.bytes }
    }

    /// Adds the bytes of `span`. O(n).
    package mutating func append(copying span: RawSpan) {
        // The span's memory is valid for the call.
        unsafe span.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}
