/// SHA-256 (FIPS 180-4 §6.2).
struct SHA256: BlockDigest {
    static let isBigEndian = true

    private static let constants: InlineArray<64, UInt32> = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]

    private var state: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private let constants = Self.constants

    var words: [UInt32] { state.indices.map { state[$0] } }

    mutating func compress(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        var w = InlineArray<16, UInt32>(repeating: 0)
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for round in 0..<64 {
            // The last 16 words of the schedule are all that the next one is made of.
            let place = round & 15
            if round < 16 {
                w[place] = unsafe Self.word(bytes, offset &+ 4 &* place)
            } else {
                let (early, late) = (w[(round &- 15) & 15], w[(round &- 2) & 15])
                let s0 = early.rotatedRight(7) ^ early.rotatedRight(18) ^ early &>> 3
                let s1 = late.rotatedRight(17) ^ late.rotatedRight(19) ^ late &>> 10
                w[place] = w[place] &+ s0 &+ w[(round &- 7) & 15] &+ s1
            }
            let s1 = e.rotatedRight(6) ^ e.rotatedRight(11) ^ e.rotatedRight(25)
            let t1 = h &+ s1 &+ (g ^ e & (f ^ g)) &+ constants[round] &+ w[place]
            let s0 = a.rotatedRight(2) ^ a.rotatedRight(13) ^ a.rotatedRight(22)
            let t2 = s0 &+ (a & b | c & (a | b))
            (h, g, f, e) = (g, f, e, d &+ t1)
            (d, c, b, a) = (c, b, a, t1 &+ t2)
        }
        state = [
            state[0] &+ a, state[1] &+ b, state[2] &+ c, state[3] &+ d,
            state[4] &+ e, state[5] &+ f, state[6] &+ g, state[7] &+ h,
        ]
    }
}

extension SHA256 {
    /// The digest in 64 hexadecimal digits.
    static func hexadecimal(_ message: MessageBytes) -> String { digest(message).hexadecimal }
}

extension [UInt8] {
    /// Two lower-case digits for each octet.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
