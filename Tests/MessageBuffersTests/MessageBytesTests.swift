import Foundation
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
        #expect(Array(message) == Self.octets)
        #expect(Self.octets.indices.allSatisfy { message[$0] == Self.octets[$0] })
        #expect(MessageBytes([]).isEmpty)
        #expect(Array(MessageBytes("a\0ö")) == [0x61, 0, 0xC3, 0xB6])
        #expect(String(decoding: MessageBytes([0x61, 0xFF])) == "a\u{FFFD}")
    }

    @Test("a slice shares the memory, and a slice of a slice too")
    func slices() {
        let message = MessageBytes(Self.octets)
        let slice = message.extracting(10..<20).extracting(2..<5)
        #expect(Array(slice) == [12, 13, 14])
        #expect(message.extracting(256..<256).isEmpty && message.extracting(0..<0).isEmpty)
        let isShared = unsafe message.withUnsafeBytes { whole in
            unsafe slice.withUnsafeBytes { unsafe $0.baseAddress == whole.baseAddress.map { unsafe $0 + 12 } }
        }
        #expect(isShared)
    }

    @Test("it is a collection, whose slices have the offsets of the whole, and whose extracts begin at 0")
    func collection() {
        let message = MessageBytes(Self.octets)
        #expect(message.startIndex == 0 && message.endIndex == 256)
        #expect(message[10...][12] == 12 && message[10..<20].startIndex == 10)
        #expect(message.extracting(10..<20)[2] == 12 && message.extracting(10..<20).startIndex == 0)
        #expect(message.prefix(3).elementsEqual([0, 1, 2]) && message.last == 255 && message.first == 0)
        #expect(message.reversed().first == 255 && message.firstIndex(of: 7) == 7)
        #expect(message.reduce(0) { $0 + Int($1) } == 255 * 128)
        #expect(message.split(separator: 100).map(\.count) == [100, 155])
        #expect(Array(message[3...]) + message.prefix(3) == Self.octets[3...] + [0, 1, 2])
    }

    @Test("Foundation and the standard library copy the bytes at once")
    func copiedAtOnce() {
        let message = MessageBytes(Self.octets)
        #expect(Data(message) == Data(Self.octets))
        #expect(Data(message[7..<9]) == Data([7, 8]))
        #expect(String(decoding: message[0x41...0x43], as: UTF8.self) == "ABC")
        let place = unsafe message.withUnsafeBytes { $0.baseAddress }
        let storage = unsafe message.withContiguousStorageIfAvailable { unsafe UnsafeRawPointer($0.baseAddress) }
        #expect(unsafe storage == place)
        let rest = unsafe message[7...].withContiguousStorageIfAvailable { unsafe UnsafeRawPointer($0.baseAddress) }
        #expect(unsafe rest == place.map { unsafe $0 + 7 })
    }

    @Test("literals of bytes and of text are messages")
    func literals() {
        #expect(MessageBytes(Self.octets).extracting(65..<67) == [65, 66])
        #expect(MessageBytes("aö") == "aö" && "aö" == [0x61, 0xC3, 0xB6] as MessageBytes)
        #expect(MessageBytes("").isEmpty && [] as MessageBytes == "")
    }

    @Test("a description is short, and safe on a terminal")
    func description() {
        #expect(MessageBytes("").description == "0 bytes: ")
        #expect(
            "\(MessageBytes("Subject: a\r\n\u{1B}[2J\u{202E}ö"))" == "21 bytes: Subject: a\\x0d\\x0a\\x1b[2J\\u{202e}ö")
        let long = MessageBytes(repeatElement(0x61, count: 1 << 20)).description
        #expect(long == "1048576 bytes: " + String(repeating: "a", count: 64) + "…")
    }

    @Test("equality is that of the bytes, wherever they live")
    func equality() {
        let message = MessageBytes(Self.octets)
        #expect(message == MessageBytes(Self.octets))
        #expect(message.extracting(1..<9) == MessageBytes(Self.octets[1..<9]))
        #expect(message.extracting(1..<9) != message.extracting(1..<10))
        #expect(message.extracting(1..<9) != message.extracting(2..<10))
        #expect(MessageBytes([]) == message.extracting(7..<7))
        let messages: Set = [message, message.extracting(1..<9), MessageBytes(Self.octets[1..<9]), "", []]
        #expect(messages.count == 3)
        #expect(messages.contains(MessageBytes(Self.octets)) && !messages.contains(message.extracting(2..<10)))
    }

    @Test("a span sees every byte, and the byte's place")
    func span() {
        let message = MessageBytes(Self.octets).extracting(3..<200)
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
            slice = owner.message.extracting(4..<8)
        }
        #expect(freed != nil)
        #expect(slice.map { Array($0) } == [4, 5, 6, 7])
        var copy = slice
        slice = nil
        #expect(freed != nil)
        #expect(copy?.last == 7)
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
            message = unsafe slab.message(50..<52)
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
                // Nothing is written to this part afterwards.
                let message = unsafe slab.message(start..<start + size)
                for _ in 0..<4 { group.addTask { message.allSatisfy { $0 == octet } } }
            }
            for await isUnchanged in group { #expect(isUnchanged) }
        }
    }
}
