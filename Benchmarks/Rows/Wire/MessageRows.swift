import POP3Wire

/// The search for the ends of messages, and the removal of stuffing dots.
enum MessageRows {
    private static let stuffings = [("nothing stuffed", 0), ("1 line in 100 stuffed", 100), ("every line stuffed", 1)]
    private static let readSizes = [("whole", Int.max), ("in reads of 16 KiB", 16 * 1024)]

    static let all = stuffings.flatMap { stuffing, dotEvery in
        readSizes.flatMap { reading, readSize in
            [
                row("256 mails of 4 KB, \(stuffing), \(reading)", count: 256, size: 4096, dotEvery, readSize),
                row("a mail of 1 MiB, \(stuffing), \(reading)", count: 1, size: 1 << 20, dotEvery, readSize),
            ]
        }
    }

    private static func row(_ name: String, count: Int, size: Int, _ dotEvery: Int, _ readSize: Int) -> Row {
        Row(name) {
            var octets: [UInt8] = []
            var replies: [(kind: ResponseKind, size: Int?)] = []
            var stored = 0
            for index in 0..<count {
                let mail = StuffedMail(size: size, dotEvery: dotEvery, firstLine: index * 53)
                octets += "+OK \(mail.storedSize) octets\r\n".utf8
                octets += mail.octets
                replies.append((.message, mail.storedSize))
                stored += mail.storedSize
            }
            let stream = WireStream(octets, replies: replies, readSize: readSize)
            let expected = stored
            return Row.Work(octets: stream.count, prepare: stream.prepare) {
                var found = 0
                try stream.scan { event in
                    if case .message(let bytes, true) = event { found += bytes.count }
                }
                return try WrongResult.check(found, expected)
            }
        }
    }
}

/// A message as it goes over the wire, with the dot that ends it.
private struct StuffedMail {
    private(set) var octets: [UInt8] = []
    /// Its size without the stuffing.
    private(set) var storedSize = 0

    /// Lines of 76 octets and CRLF, of which one in `dotEvery` begins with a dot; none for 0.
    init(size: Int, dotEvery: Int, firstLine: Int) {
        octets.reserveCapacity(size * 81 / 78 + 128)
        var number = firstLine
        while storedSize < size {
            let start = octets.count
            if dotEvery > 0, number % dotEvery == 0 { octets += "..".utf8 }
            let stuffing = octets.count > start ? 1 : 0
            for column in 0..<76 { octets.append(UInt8(ascii: "a") + UInt8((number + column) % 23)) }
            octets += "\r\n".utf8
            storedSize += octets.count - start - stuffing
            number += 1
        }
        octets += ".\r\n".utf8
    }
}
