import Testing

@testable import MessageBuffers

@Suite("The memory of messages")
struct MessageBytesTests {
    static let octets: [UInt8] = (0...255).map { $0 }

    /// An owner of memory that says when it goes.
    @safe
    private final class Owner: @unchecked Sendable {
        // Sendable: the memory is written before it is shared and never again.
        let memory: UnsafeMutableRawBufferPointer
        init(_ octets: [UInt8]) {
            unsafe memory = .allocate(byteCount: octets.count, alignment: 1)
            unsafe memory.copyBytes(from: octets)
        }
        deinit { unsafe memory.deallocate() }
        var message: MessageBytes { unsafe MessageBytes(unowned: UnsafeRawBufferPointer(memory), keptAliveBy: self) }
    }

    @Test("a message is the bytes that it was made of")
    func copies() {
        let message = MessageBytes(Self.octets)
        #expect(Array(message) == Self.octets)
        #expect(message.count == 256 && !message.isEmpty)
        #expect(Array(message.bytes) == Self.octets)
        #expect(Self.octets.indices.allSatisfy { message[$0] == Self.octets[$0] })
        #expect(MessageBytes([]).isEmpty)
        #expect(Array(MessageBytes("a\0ö")) == [0x61, 0, 0xC3, 0xB6])
        #expect(String(decoding: MessageBytes([0x61, 0xFF])) == "a\u{FFFD}")
    }

    @Test("a slice shares the memory, and a slice of a slice too")
    func slices() {
        let message = MessageBytes(Self.octets)
        let slice = message[10..<20][2..<5]
        #expect(Array(slice) == [12, 13, 14])
        #expect(message[256..<256].isEmpty && message[0..<0].isEmpty)
        let isShared = unsafe message.withUnsafeBytes { whole in
            unsafe slice.withUnsafeBytes { unsafe $0.baseAddress == whole.baseAddress.map { unsafe $0 + 12 } }
        }
        #expect(isShared)
    }

    @Test("equality is that of the bytes, wherever they live")
    func equality() {
        let message = MessageBytes(Self.octets)
        #expect(message == MessageBytes(Self.octets))
        #expect(message[1..<9] == MessageBytes(Self.octets[1..<9]))
        #expect(message[1..<9] != message[1..<10])
        #expect(message[1..<9] != message[2..<10])
        #expect(MessageBytes([]) == message[7..<7])
    }

    @Test("a span sees every byte, and the byte's place")
    func span() {
        let message = MessageBytes(Self.octets)[3..<200]
        let span = message.span
        #expect(span.byteCount == 197)
        #expect(
            (0..<197).allSatisfy {
                unsafe span.unsafeLoadUnaligned(fromByteOffset: $0, as: UInt8.self) == Self.octets[$0 + 3]
            })
    }

    @Test("memory lives as long as any slice of it, and no longer")
    func lifetime() {
        weak var freed: Owner?
        var slice: MessageBytes?
        do {
            let owner = Owner(Self.octets)
            freed = owner
            slice = owner.message[4..<8]
        }
        #expect(freed != nil)
        #expect(slice.map { Array($0) } == [4, 5, 6, 7])
        var copy = slice
        slice = nil
        #expect(freed != nil)
        #expect(copy?.bytes.last == 7)
        copy = nil
        #expect(freed == nil)
    }

    @Test("a slab lives as long as the messages in it")
    func slabLifetime() {
        weak var freed: Slab?
        var message: MessageBytes?
        do {
            let slab = Slab(capacity: 100)
            unsafe slab.bytes.copyBytes(from: Self.octets.prefix(100))
            freed = slab
            message = slab.message(50..<52)
        }
        #expect(freed != nil && message.map { Array($0) } == [50, 51])
        message = nil
        #expect(freed == nil)
    }

    @Test(
        "a slab has whole cache lines, aligned", arguments: [(0, 64), (1, 64), (64, 64), (65, 128), (1 << 20, 1 << 20)])
    func alignment(_ asked: Int, _ capacity: Int) {
        let slab = Slab(capacity: asked)
        #expect(slab.capacity == capacity)
        #expect(unsafe UInt(bitPattern: slab.start) % 64 == 0)
    }

    @Test("threads may read messages of a slab while its owner writes behind them")
    func threads() async {
        let slab = Slab(capacity: 1 << 16)
        let size = 1 << 10
        await withTaskGroup(of: Bool.self) { group in
            for start in stride(from: 0, to: slab.capacity, by: size) {
                let octet = UInt8(truncatingIfNeeded: start / size)
                for offset in start..<start + size { unsafe slab.bytes[offset] = octet }
                let message = slab.message(start..<start + size)
                for _ in 0..<4 { group.addTask { message.bytes.allSatisfy { $0 == octet } } }
            }
            for await isUnchanged in group { #expect(isUnchanged) }
        }
    }
}
