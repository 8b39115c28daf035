import ByteCoding
import Testing

@Suite("Checksums and generators")
struct GeneratorTests {
    @Test("SplitMix64 gives its published numbers")
    func splitMix() {
        var generator = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
        #expect(expected.indices.map { _ in generator.next() } == expected)
    }

    @Test("CRC-32 has its check value", arguments: [("", 0), ("123456789", 0xCBF4_3926), ("a", 0xE8B7_BE43)])
    func crc32(_ text: String, _ checksum: UInt32) {
        #expect(CRC32.checksum(text.utf8) == checksum)
    }
}
