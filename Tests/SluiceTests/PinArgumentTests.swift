import POP3
import Testing

@testable import sluice

@Suite("Pins on the command line")
struct PinArgumentTests {
    @Test(
        "a certificate is 64 digits in either case, with or without colons",
        arguments: [
            String(repeating: "ab", count: 32), String(repeating: "AB", count: 32),
            Array(repeating: "aB", count: 32).joined(separator: ":"),
        ])
    func certificate(_ argument: String) {
        #expect(PinArgument(argument: argument)?.pin == .certificate(sha256: [UInt8](repeating: 0xAB, count: 32)))
    }

    @Test(
        "what is no digest is refused",
        arguments: [
            "", "ab", String(repeating: "+a", count: 32), String(repeating: "ag", count: 32),
            String(repeating: "ab", count: 33), "sha256//Zm9v", "sha256//",
        ])
    func refused(_ argument: String) {
        #expect(PinArgument(argument: argument) == nil)
    }
}
