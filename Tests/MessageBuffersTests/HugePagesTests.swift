import Testing

@testable import MessageBuffers

@Suite("huge pages")
struct HugePagesTests {
    @Test("advice changes no octet, whatever the size and where the memory begins")
    func contents() {
        for count in [0, 1, 4 << 20, (8 << 20) - 1, 8 << 20, (8 << 20) + 4097, 20 << 20] {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count + 64, alignment: 64)
            defer { unsafe memory.deallocate() }
            for offset in [0, 1, 63] {
                let part = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + count])
                for place in stride(from: 0, to: count, by: 4093) {
                    unsafe part[place] = UInt8(truncatingIfNeeded: place)
                }
                unsafe HugePages.advise(part)
                let isUnchanged = stride(from: 0, to: count, by: 4093).allSatisfy { place in
                    unsafe part[place] == UInt8(truncatingIfNeeded: place)
                }
                #expect(isUnchanged, "\(count) octets at \(offset)")
            }
        }
    }
}
