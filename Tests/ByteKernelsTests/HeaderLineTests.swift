import ByteKernels
import SeededRandom
import Testing

@Suite("lines of a header")
struct HeaderLineTests {
    @Test(
        "name and line end where the fallback says, up to memory that cannot be read",
        arguments: ByteKernels.Implementation.available)
    func agreement(implementation: ByteKernels.Implementation) {
        var random = SeededGenerator(seed: 6)
        let memory = GuardedMemory(capacity: 512)
        let alphabets: [[UInt8]] = [
            [UInt8](repeating: 0x61, count: 60) + [0x3A, 0x20, 0x0A], Array(0...255),
            [0x21, 0x39, 0x3A, 0x3B, 0x7E, 0x7F, 0x80, 0xFF], [0x61],
        ]
        for alphabet in alphabets {
            for length in 0...200 {
                let line = random.bytes(length, of: alphabet)
                let name = line.firstIndex { $0 <= 0x20 || $0 == 0x3A || $0 == 0x7F } ?? length
                let end = line.firstIndex(of: 0x0A) ?? length
                let found = unsafe ByteKernels.headerLine(memory.placeAtEnd(line), using: implementation)
                if found != (name, end) { Issue.record("\(line): \(found)") }
            }
        }
    }

    @Test("names that differ in case alone have one hash, and the names of RFC 5322 and MIME have each their own")
    func hashes() {
        func hash(_ name: String) -> UInt32 {
            unsafe Array(name.utf8).withUnsafeBytes { unsafe ByteKernels.nameHash($0) }
        }
        let names = [
            "", "a", "to", "cc", "bcc", "from", "date", "sender", "subject", "reply-to", "message-id", "in-reply-to",
            "references", "received", "return-path", "delivered-to", "mime-version", "content-type", "content-id",
            "content-transfer-encoding", "content-disposition", "content-description", "content-location", "list-id",
            "list-post", "list-help", "x-priority", "importance", "dkim-signature", "arc-seal", "comments", "keywords",
            "resent-from", "resent-to", "resent-cc", "resent-bcc", "resent-date", "resent-sender", "x-mailer",
        ]
        #expect(Set(names.map(hash)).count == names.count)
        for name in names { #expect(hash(name) == hash(name.uppercased())) }
    }

    @Test("names are equal where they are so in lower case, octet by octet, up to memory that cannot be read")
    func equalityWithoutCase() {
        var random = SeededGenerator(seed: 7)
        let memory = (GuardedMemory(capacity: 64), GuardedMemory(capacity: 64))
        func lowercased(_ octet: UInt8) -> UInt8 { (0x41...0x5A).contains(octet) ? octet + 0x20 : octet }
        for length in 0...40 {
            let name = random.bytes(length, of: Array(0...255))
            for place in 0..<max(length, 1) {
                for octet in [UInt8](0...255) where length > 0 || octet == 0 {
                    var other = name
                    if length > 0 { other[place] = octet }
                    let found = unsafe ByteKernels.isEqualWithoutCase(
                        memory.0.placeAtEnd(name), memory.1.placeAtEnd(other))
                    if found != (name.map(lowercased) == other.map(lowercased)) { Issue.record("\(name) \(other)") }
                    let isEqual = unsafe ByteKernels.isEqual(memory.0.placeAtEnd(name), memory.1.placeAtEnd(other))
                    if isEqual != (name == other) { Issue.record("\(name) \(other)") }
                }
            }
        }
        #expect(unsafe !ByteKernels.isEqualWithoutCase(memory.0.placeAtEnd([1]), memory.1.placeAtEnd([])))
    }

    @Test("classes of octets are what RFC 2045 §5.1 and RFC 5322 §3.2.3 let stand plainly, and a run ends at any other")
    func classes() {
        let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
        let names = letters.union("-.+_".utf8)
        let atoms = Set(UInt8(0x21)...0x7E).subtracting("()<>[]:;@\\,\"-".utf8)
        let memory = GuardedMemory(capacity: 64)
        for octet in UInt8.min...UInt8.max {
            for (byteClass, members) in [(ByteKernels.ByteClass.name, names), (.atom, atoms)] {
                let bytes = unsafe memory.placeAtEnd([0x61, 0x61, octet])
                let end = unsafe ByteKernels.endOfSpan(of: byteClass, in: bytes, from: 1)
                #expect(end == (members.contains(octet) ? 3 : 2), "\(octet)")
            }
        }
    }
}
