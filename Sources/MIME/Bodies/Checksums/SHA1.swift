/// SHA-1 (FIPS 180-4 §6.1).
struct SHA1: BlockDigest {
    static let isBigEndian = true

    private var state: InlineArray<5, UInt32> = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]

    var words: [UInt32] { state.indices.map { state[$0] } }

    mutating func compress(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        var w = InlineArray<16, UInt32>(repeating: 0)
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for round in 0..<80 {
            let place = round & 15
            if round < 16 {
                w[place] = unsafe Self.word(bytes, offset &+ 4 &* place)
            } else {
                let mixed = w[(round &- 3) & 15] ^ w[(round &- 8) & 15] ^ w[(round &- 14) & 15] ^ w[place]
                w[place] = mixed.rotatedLeft(1)
            }
            let (choice, constant): (UInt32, UInt32) =
                switch round {
                case 0..<20: (d ^ b & (c ^ d), 0x5a82_7999)
                case 20..<40: (b ^ c ^ d, 0x6ed9_eba1)
                case 40..<60: (b & c | d & (b | c), 0x8f1b_bcdc)
                default: (b ^ c ^ d, 0xca62_c1d6)
                }
            let next = a.rotatedLeft(5) &+ choice &+ e &+ constant &+ w[place]
            (e, d, c, b, a) = (d, c, b.rotatedLeft(30), a, next)
        }
        state = [state[0] &+ a, state[1] &+ b, state[2] &+ c, state[3] &+ d, state[4] &+ e]
    }
}
