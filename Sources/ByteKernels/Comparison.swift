import CByteKernels

// Sound, all of them: no more bytes are read than the buffers have.
extension ByteKernels {
    /// Whether both hold the same bytes.
    package static func isEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
        return unsafe sluice_is_equal(leftStart, rightStart, left.count) != 0
    }

    /// Whether both hold the same bytes, but for the case of ASCII letters.
    package static func isEqualWithoutCase(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
        return unsafe sluice_is_equal_without_case(leftStart, rightStart, left.count) != 0
    }

    /// A hash of a field's name in which the case of ASCII letters does not show. Names of one hash need not be equal.
    package static func nameHash(_ name: UnsafeRawBufferPointer) -> UInt32 {
        guard let start = name.baseAddress else { return 0 }
        return unsafe sluice_name_hash(start, name.count)
    }

    /// A hash of all the bytes.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard let start = bytes.baseAddress else { return 0 }
        return unsafe sluice_hash(start, bytes.count)
    }
}
