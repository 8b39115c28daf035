import ByteKernels
import Testing

@Suite("quoted-printable (RFC 2045 §6.7)")
struct QuotedPrintableDecoderTests {
    /// An encoded text, what it says, and how many of its `=` stand for themselves.
    struct Case: CustomTestStringConvertible {
        let rule: String
        let encoded: String
        let decoded: String
        var damaged = 0
        var testDescription: String { rule }
    }

    static let cases = [
        Case(rule: "nothing", encoded: "", decoded: ""),
        Case(rule: "text stands for itself", encoded: "a b\r\nc", decoded: "a b\r\nc"),
        Case(rule: "(1) an escape is a byte", encoded: "caf=C3=A9", decoded: "café"),
        Case(rule: "(1) digits in lower case are understood", encoded: "=c3=a9=3d", decoded: "é="),
        Case(rule: "(3) white space before a line end is dropped", encoded: "a \t\r\nb  \nc", decoded: "a\r\nb\nc"),
        Case(rule: "(3) white space at the end is dropped", encoded: "a \t ", decoded: "a"),
        Case(rule: "(3) encoded white space stays", encoded: "a=20\r\nb=09 \n", decoded: "a \r\nb\t\n"),
        Case(rule: "(3) white space inside a line stays", encoded: "a \t b", decoded: "a \t b"),
        Case(rule: "(3) a CR alone ends no line", encoded: "a \rb \r", decoded: "a \rb \r"),
        Case(rule: "(5) a soft line break vanishes", encoded: "a=\r\nb=\nc", decoded: "abc"),
        Case(rule: "(5) white space may follow the =", encoded: "a= \t\r\nb= \nc", decoded: "abc"),
        Case(rule: "(5) white space before the = stays", encoded: "a =\r\nb", decoded: "a b"),
        Case(rule: "(5) a soft line break at the end vanishes", encoded: "a=", decoded: "a"),
        Case(rule: "(5) soft line break, white space, end", encoded: "a= ", decoded: "a"),
        Case(rule: "an = alone stands for itself", encoded: "1+1=!2", decoded: "1+1=!2", damaged: 1),
        Case(rule: "one digit is no escape", encoded: "=4=3D=4", decoded: "=4==4", damaged: 2),
        Case(rule: "an = and a CR alone", encoded: "=\rb= \rc", decoded: "=\rb= \rc", damaged: 2),
        Case(rule: "an =, white space and text", encoded: "a= b", decoded: "a= b", damaged: 1),
        Case(rule: "doubled =", encoded: "==3D", decoded: "==", damaged: 1),
        Case(rule: "eight-bit bytes stand for themselves", encoded: "é =\r\nü", decoded: "é ü"),
    ]

    @Test("vectors, alone and inside longer text", arguments: cases, ByteKernels.Implementation.available)
    func vector(item: Case, implementation: ByteKernels.Implementation) {
        let memory = PiecewiseDecoding(capacity: 1024)
        for length in [0, 1, 15, 31, 32, 33, 64, 100] {
            let prefix = [UInt8](repeating: 0x78, count: length)
            let decoded = memory.quotedPrintable([(prefix + [UInt8](item.encoded.utf8))[...]], using: implementation)
            #expect(decoded == Decoded(bytes: prefix + [UInt8](item.decoded.utf8), damage: item.damaged))
        }
    }

    @Test(
        "lines follow each other without a trace of where blocks end", arguments: ByteKernels.Implementation.available)
    func lines(implementation: ByteKernels.Implementation) {
        let memory = PiecewiseDecoding(capacity: 8192)
        let item = Self.cases.map { $0.encoded + "|\r\n" }.joined()
        let once = memory.quotedPrintable([[UInt8](item.utf8)[...]], using: .fallback)
        let thrice = memory.quotedPrintable([[UInt8]((item + item + item).utf8)[...]], using: implementation)
        #expect(thrice.bytes == once.bytes + once.bytes + once.bytes)
        #expect(thrice.damage == 3 * once.damage)
    }

    @Test(
        "a million spaces in pieces go or stay by the byte after them",
        arguments: ByteKernels.Implementation.available)
    func whiteSpace(implementation: ByteKernels.Implementation) {
        let memory = PiecewiseDecoding(capacity: 1 << 20)
        let spaces = [UInt8](repeating: 0x20, count: 1 << 20)
        let pieces = stride(from: 0, to: spaces.count, by: 4096).map { spaces[$0..<$0 + 4096] }
        #expect(memory.quotedPrintable(pieces + [[0x0A]], using: implementation).bytes == [0x0A])
        #expect(memory.quotedPrintable(pieces + [[0x78]], using: implementation).bytes == spaces + [0x78])
    }

    @Test(
        "spaces and tabs that are held come out in their order", arguments: ByteKernels.Implementation.available)
    func mixedWhiteSpace(implementation: ByteKernels.Implementation) {
        let memory = PiecewiseDecoding(capacity: 4096)
        for (spaces, tabs) in [(0, 1), (1, 0), (63, 1), (64, 1), (1, 64), (200, 3), (0, 130)] {
            let run = [UInt8](repeating: 0x20, count: spaces) + [UInt8](repeating: 0x09, count: tabs)
            for held in [run, run + run, run + [0x20], [0x3D] + run, run + [0x0D], [0x3D] + run + run + [0x0D]] {
                let pieces = [[0x61], held[..<(held.count / 2)], held[(held.count / 2)...], [0x78]]
                #expect(memory.quotedPrintable(pieces, using: implementation).bytes == [0x61] + held + [0x78])
            }
        }
    }

    @Test("white space that is held asks for no room until something follows it")
    func roomForWhiteSpace() {
        var decoder = ByteKernels.QuotedPrintableDecoder()
        let spaces = [UInt8](repeating: 0x20, count: 4096)
        var output = [UInt8](repeating: 0, count: 8192)
        for count in 1...100 {
            // The decoder reads and writes within the call, and no further than it has asked for.
            let (room, written) = unsafe spaces.withUnsafeBytes { input in
                let room = unsafe decoder.outputCapacity(for: input)
                return unsafe (room, output.withUnsafeMutableBytes { unsafe decoder.decode(input, into: $0) })
            }
            #expect(room <= output.count)
            #expect(written == 0)
            #expect(decoder.outputCapacity(for: 1) > count * 4096)
        }
    }
}
