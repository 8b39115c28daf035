import ByteKernels
import Testing

@Suite("base64 (RFC 2045 §6.8)")
struct Base64DecoderTests {
    /// An encoded text, what it says, and how many of its bytes do not belong.
    struct Case: CustomTestStringConvertible {
        let rule: String
        let encoded: String
        let decoded: String
        var invalid = 0
        var testDescription: String { rule }
    }

    static let cases = [
        Case(rule: "nothing", encoded: "", decoded: ""),
        Case(rule: "RFC 4648 §10, one byte", encoded: "Zg==", decoded: "f"),
        Case(rule: "RFC 4648 §10, two bytes", encoded: "Zm8=", decoded: "fo"),
        Case(rule: "RFC 4648 §10, three bytes", encoded: "Zm9v", decoded: "foo"),
        Case(rule: "RFC 4648 §10, six bytes", encoded: "Zm9vYmFy", decoded: "foobar"),
        Case(rule: "line ends and white space are skipped", encoded: "Zm\r\n9v\t YmFy\n", decoded: "foobar"),
        Case(rule: "padding may be missing", encoded: "Zm8", decoded: "fo"),
        Case(rule: "half of the padding may be missing", encoded: "Zg=", decoded: "f"),
        Case(rule: "padding may be split by a line end", encoded: "Zg=\r\n=", decoded: "f"),
        Case(rule: "pieces encoded one by one", encoded: "Zg==Zm8=\r\nZm9v", decoded: "ffofoo"),
        Case(rule: "bytes that do not belong are skipped", encoded: "Z*m9v!", decoded: "foo", invalid: 2),
        Case(rule: "padding without letters", encoded: "=Zm9v", decoded: "foo", invalid: 1),
        Case(rule: "more padding than fits", encoded: "Zm8==", decoded: "fo", invalid: 1),
        Case(rule: "a single letter holds no byte", encoded: "Zm9vQ", decoded: "foo"),
        Case(rule: "base64url is another alphabet", encoded: "Zm9v-_", decoded: "foo", invalid: 2),
        Case(rule: "eight-bit bytes do not belong", encoded: "Zm9vé", decoded: "foo", invalid: 2),
    ]

    @Test("vectors", arguments: cases, ByteKernels.Implementation.available)
    func vector(item: Case, implementation: ByteKernels.Implementation) {
        let memory = PiecewiseDecoding(capacity: 1024)
        let decoded = memory.base64([[UInt8](item.encoded.utf8)[...]], using: implementation)
        #expect(decoded == Decoded(bytes: [UInt8](item.decoded.utf8), damage: item.invalid))
    }

    @Test(
        "every byte value comes back, in lines of every width",
        arguments: ByteKernels.Implementation.available)
    func roundTrip(implementation: ByteKernels.Implementation) {
        let memory = PiecewiseDecoding(capacity: 8192)
        let content = (0..<1021).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 / 256) }
        for width in [4, 20, 32, 36, 60, 64, 72, 76, 77, 100, 998] {
            for ending in ["\r\n", "\n"] {
                let encoded = Self.encode(content, width: width, ending: ending)
                #expect(memory.base64([encoded[...]], using: implementation) == Decoded(bytes: content))
            }
        }
    }

    @Test(
        "the decoder tells of letters after padding and of a cut group", arguments: ByteKernels.Implementation.available
    )
    func observations(implementation: ByteKernels.Implementation) {
        var decoder = ByteKernels.Base64Decoder(using: implementation)
        #expect(Self.feed("Zg==", to: &decoder) == "f")
        #expect(!decoder.continuedAfterPadding)
        #expect(Self.feed("Zm8", to: &decoder) == "")
        #expect(decoder.continuedAfterPadding)
        #expect(decoder.isInsideGroup)
    }

    private static func feed(_ text: String, to decoder: inout ByteKernels.Base64Decoder) -> String {
        let input = [UInt8](text.utf8)
        var output = [UInt8](repeating: 0, count: ByteKernels.Base64Decoder.outputCapacity(for: input.count))
        let written = unsafe input.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBytes { unsafe decoder.decode(source, into: $0) }
        }
        return String(decoding: output[..<written], as: UTF8.self)
    }

    /// The plain encoder, bit by bit.
    private static func encode(_ content: [UInt8], width: Int, ending: String) -> [UInt8] {
        let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var letters: [UInt8] = []
        for start in stride(from: 0, to: content.count, by: 3) {
            let group = content[start..<min(start + 3, content.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            letters += (0...group.count).map { alphabet[bits >> (18 - 6 * $0) & 63] }
            letters += [UInt8](repeating: UInt8(ascii: "="), count: 3 - group.count)
        }
        return stride(from: 0, to: letters.count, by: width).flatMap {
            letters[$0..<min($0 + width, letters.count)] + [UInt8](ending.utf8)
        }
    }
}
