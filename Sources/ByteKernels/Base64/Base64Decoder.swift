import CByteKernels

extension ByteKernels {
    /// Decodes base64 as mail has it (RFC 2045 §6.8): in lines, damaged, and in as many pieces as it comes in.
    ///
    /// White space is skipped. A byte that is no letter of the alphabet is skipped and counted. `=` ends a group of
    /// letters early; letters after it begin a new group, so that pieces encoded one by one and then joined come out
    /// whole. Where the input is cut into pieces makes no difference to the output.
    package struct Base64Decoder: Sendable {
        private var state = sluice_base64_state()
        private let implementation: Implementation

        package init(using implementation: Implementation = .best) {
            self.implementation = implementation
        }

        /// How many bytes of output a call of `decode` must be given for `count` bytes of input: what it can write, and
        /// room after it into which it stores bytes that do not count.
        package static func outputCapacity(for count: Int) -> Int {
            (count / 4 + 2) * 3 + Int(SLUICE_BASE64_SLACK)
        }

        /// The number of bytes so far that were neither letters nor white space, nor padding in its place.
        package var invalidByteCount: Int { Int(clamping: state.invalid) }

        /// Whether letters came after padding: either pieces were joined, or what follows is not base64.
        package var continuedAfterPadding: Bool { state.continues != 0 }

        /// Whether letters wait for the rest of their group of 4: after the last piece, that the input was cut short or
        /// its padding left out.
        package var isInsideGroup: Bool { state.letters != 0 }

        /// Decodes the next piece.
        ///
        /// - Parameters:
        ///   - input: the piece, all of which is consumed.
        ///   - output: at least `outputCapacity(for: input.count)` bytes that do not overlap the input.
        /// - Returns: the number of bytes decoded to the start of `output`. Those after them are undefined.
        package mutating func decode(
            _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
        ) -> Int {
            precondition(output.count >= Self.outputCapacity(for: input.count), "the output has room")
            guard let source = input.baseAddress, let target = output.baseAddress else { return 0 }
            // Sound: the kernel stays within `input` and within the capacity just checked.
            return unsafe implementation.kernels.pointee.base64_decode(&state, source, input.count, target)
        }

        /// Ends the input: the bytes of a last group that lacks its padding. At most 2 are written to the start of
        /// `output`. The decoder is then as new, but for its counts.
        package mutating func finish(into output: UnsafeMutableRawBufferPointer) -> Int {
            precondition(output.count >= 2, "the output has room")
            guard let target = output.baseAddress else { return 0 }
            state.padding_due = 0
            // Sound: at most 2 bytes are written.
            return unsafe sluice_base64_end_group(&state, target)
        }
    }
}
