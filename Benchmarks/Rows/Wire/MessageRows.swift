import POP3Wire

/// The search for the ends of messages, and the removal of stuffing dots.
enum MessageRows {
    static let stuffings = [("nothing stuffed", 0), ("1 line in 100 stuffed", 100), ("every line stuffed", 1)]
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
            var bytes: [UInt8] = []
            var replies: [(kind: ResponseKind, size: Int?)] = []
            var stored = 0
            for index in 0..<count {
                let mail = StuffedMail(size: size, dotEvery: dotEvery, firstLine: index * 53)
                bytes += "+OK \(mail.storedSize) octets\r\n".utf8
                bytes += mail.bytes
                replies.append((.message, mail.storedSize))
                stored += mail.storedSize
            }
            let stream = WireStream(bytes, replies: replies, readSize: readSize)
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
