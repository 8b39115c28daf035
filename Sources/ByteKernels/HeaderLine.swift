import CByteKernels

extension ByteKernels {
    /// Where the name of a header field that begins `bytes` ends, and where its line does: the first octet that is a
    /// control, white space, `:` or DEL, and the first LF; each `bytes.count` where there is none.
    package static func headerLine(
        _ bytes: UnsafeRawBufferPointer, using implementation: Implementation
    ) -> (nameEnd: Int, lineEnd: Int) {
        guard let start = bytes.baseAddress else { return (0, 0) }
        let line: sluice_header_line
        // Sound: the kernels read `count` bytes at most.
        #if arch(x86_64)
            switch implementation {
            case .avx512: line = unsafe sluice_header_line_avx512(start, bytes.count)
            case .avx2: line = unsafe sluice_header_line_avx2(start, bytes.count)
            case .sse2: line = unsafe sluice_header_line_sse2(start, bytes.count)
            case .fallback, .neon: return unsafe Fallback.headerLine(bytes)
            }
        #elseif arch(arm64)
            guard implementation == .neon else { return unsafe Fallback.headerLine(bytes) }
            line = unsafe sluice_header_line_neon(start, bytes.count)
        #else
            return unsafe Fallback.headerLine(bytes)
        #endif
        return (line.name_end, line.line_end)
    }

    /// As the other, by the best implementation: a header has many lines, and most are short.
    package static func headerLine(_ bytes: UnsafeRawBufferPointer) -> (nameEnd: Int, lineEnd: Int) {
        guard let start = bytes.baseAddress else { return (0, 0) }
        let line = unsafe sluice_header_line_best(start, bytes.count)
        return (line.name_end, line.line_end)
    }

    /// What octets of a structured value may be part of.
    package struct ByteClass: Sendable {
        fileprivate let bits: UInt8

        /// Names of types and parameters as they are written: letters, digits and `-.+_`.
        package static let name = ByteClass(bits: UInt8(SLUICE_IN_NAME))
        /// Plain words of names and addresses, but for hyphens: ASCII without white space, controls, `()<>[]:;@\,"`.
        package static let atom = ByteClass(bits: UInt8(SLUICE_IN_ATOM))
        /// ASCII on one line, but for `=`, which may begin an encoded-word.
        package static let text = ByteClass(bits: UInt8(SLUICE_IN_TEXT))
    }

    /// The index of the first octet from `start` on that is of another class, or `bytes.count`.
    package static func endOfSpan(of byteClass: ByteClass, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard let base = bytes.baseAddress else { return start }
        return unsafe sluice_run_end(base, bytes.count, start, byteClass.bits)
    }

    /// A hash of a field's name in which the case of ASCII letters does not show. Names of one hash need not be equal.
    package static func nameHash(_ name: UnsafeRawBufferPointer) -> UInt32 {
        guard let start = name.baseAddress else { return 0 }
        return unsafe sluice_name_hash(start, name.count)
    }

    /// Whether both hold the same octets.
    package static func isEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
        return unsafe sluice_is_equal(leftStart, rightStart, left.count) != 0
    }

    /// Whether both hold the same octets, but for the case of ASCII letters.
    package static func isEqualWithoutCase(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
        return unsafe sluice_is_equal_without_case(leftStart, rightStart, left.count) != 0
    }

    /// A hash of all the octets.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard let start = bytes.baseAddress else { return 0 }
        return unsafe sluice_hash(start, bytes.count)
    }
}

extension Fallback {
    static func headerLine(_ bytes: UnsafeRawBufferPointer) -> (nameEnd: Int, lineEnd: Int) {
        let nameEnd = unsafe bytes.firstIndex { $0 <= 0x20 || $0 == 0x3A || $0 == 0x7F } ?? bytes.count
        return unsafe (nameEnd, bytes.firstIndex(of: 0x0A) ?? bytes.count)
    }
}
