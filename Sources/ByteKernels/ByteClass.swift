import CByteKernels

extension ByteKernels {
    /// What bytes of a structured header value may be part of.
    package struct ByteClass: Sendable {
        fileprivate let bits: UInt8

        /// Names of types and parameters as they are written: letters, digits and `-.+_`.
        package static let name = ByteClass(bits: UInt8(SLUICE_IN_NAME))
        /// Plain words of names and addresses, but for hyphens: ASCII without white space, controls, `()<>[]:;@\,"`.
        package static let atom = ByteClass(bits: UInt8(SLUICE_IN_ATOM))
        /// ASCII on one line, but for `=`, which may begin an encoded-word.
        package static let text = ByteClass(bits: UInt8(SLUICE_IN_TEXT))
    }

    /// The index of the first byte from `start` on that is of another class, or `bytes.count`.
    package static func endOfSpan(of byteClass: ByteClass, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard let base = bytes.baseAddress else { return start }
        return unsafe sluice_end_of_span(base, bytes.count, start, byteClass.bits)
    }
}
