import CByteKernels

extension ByteKernels {
    /// Decodes quoted-printable as mail has it (RFC 2045 §6.7): damaged, and in as many pieces as it comes in.
    ///
    /// Soft line breaks vanish, as does white space before a line end. An `=` that begins neither an escape nor a soft
    /// line break stands for itself and is counted. Digits of an escape may be of either case. Line ends, CRLF or LF,
    /// stay as they are. Where the input is cut into pieces makes no difference to the output.
    package struct QuotedPrintableDecoder: Sendable {
        /// What the bytes that were seen last may still become. Those of them that are no white space, the state names:
        /// they are held by it.
        enum State {
            /// Nothing is held.
            case text
            /// White space, and white space with a CR after it.
            case space, spaceCR
            /// An `=`, and what has come after it: white space, white space and a CR.
            case equals, equalsSpace, equalsSpaceCR
            /// An `=` and the digit.
            case equalsDigit(UInt8)

            var isText: Bool {
                if case .text = self { true } else { false }
            }
        }

        var state = State.text
        /// White space seen whose meaning depends on the bytes to come.
        var space = HeldWhiteSpace()
        private let implementation: Implementation

        /// The number of `=` so far that stood for themselves.
        package internal(set) var damagedEscapeCount = 0

        package init(using implementation: Implementation = .best) {
            self.implementation = implementation
        }

        /// How many bytes of output the next call of `decode` or, for a count of 0, `finish` must be given at most:
        /// what it can write, and room after it into which it stores bytes that do not count.
        package func outputCapacity(for count: Int) -> Int {
            // An `=`, a digit and a CR may be held too.
            space.count + 2 + count + Int(SLUICE_QUOTED_PRINTABLE_SLACK)
        }

        /// The same for that input: less where the input only goes on with white space that is held, so that a run of
        /// it costs no memory for each of the pieces that it comes in.
        package func outputCapacity(for input: UnsafeRawBufferPointer) -> Int {
            unsafe holdsAll(of: input) ? Int(SLUICE_QUOTED_PRINTABLE_SLACK) : outputCapacity(for: input.count)
        }

        /// Whether none of the input is written in the next call of `decode`.
        private func holdsAll(of input: UnsafeRawBufferPointer) -> Bool {
            switch state {
            case .space, .equalsSpace: unsafe input.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            default: false
            }
        }

        /// Decodes the next piece.
        ///
        /// - Parameters:
        ///   - input: the piece, all of which is consumed.
        ///   - output: at least `outputCapacity(for: input)` bytes that do not overlap the input.
        /// - Returns: the number of bytes decoded to the start of `output`. Those after them are undefined.
        package mutating func decode(
            _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
        ) -> Int {
            let hasRoom = unsafe output.count >= outputCapacity(for: input.count) || holdsAll(of: input)
            precondition(hasRoom, "the output has room")
            var index = 0
            var written = 0
            while !state.isText && index < input.count {
                unsafe take(input[index], into: output, at: &written)
                index += 1
            }
            let rest = unsafe UnsafeRawBufferPointer(rebasing: input[index...])
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: output[written...])
            let progress = unsafe decodeBlocks(rest, into: room)
            index += progress.consumed
            written += progress.written
            damagedEscapeCount += progress.damaged
            while index < input.count {
                unsafe take(input[index], into: output, at: &written)
                index += 1
            }
            return written
        }

        /// Ends the input: white space and a soft line break at the end vanish; half an escape stands for itself.
        ///
        /// - Parameter output: at least `outputCapacity(for: 0)` bytes.
        /// - Returns: the number of bytes written to its start.
        package mutating func finish(into output: UnsafeMutableRawBufferPointer) -> Int {
            precondition(output.count >= outputCapacity(for: 0), "the output has room")
            var written = 0
            switch state {
            case .text, .space, .equals, .equalsSpace, .equalsSpaceCR:
                space.removeAll()
            case .spaceCR:
                unsafe release(into: output, at: &written)
            case .equalsDigit:
                damagedEscapeCount += 1
                unsafe release(into: output, at: &written)
            }
            state = .text
            return written
        }

        /// Decodes what can be decoded in whole blocks while nothing is held; the rest is left.
        private func decodeBlocks(
            _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
        ) -> sluice_quoted_printable_progress {
            guard let source = input.baseAddress, let target = output.baseAddress else {
                return sluice_quoted_printable_progress()
            }
            // Sound: the kernel stays within `input`, and writes at most its count and the slack.
            return unsafe implementation.kernels.pointee.quoted_printable_decode(source, input.count, target)
        }
    }
}
