import MessageBuffers
import POP3Wire

/// Listings of large maildrops, from the wire into the table.
enum ListingRows {
    private typealias Append = (inout ListingReply, MessageBytes) throws -> Void
    private static let count = 100_000

    static let all = [
        Row("LIST of 100,000 messages") {
            work(value: { String(1000 + $0 % 40_000) }, append: { try $0.appendSize($1) })
        },
        Row("UIDL of 100,000 messages") {
            work(value: { "0000\(1_000_000 + $0)5f3e2a1b" }, append: { try $0.appendUniqueID($1) })
        },
    ]

    private static func work(value: (Int) -> String, append: @escaping Append) -> Row.Work {
        var bytes = Array("+OK\r\n".utf8)
        for number in 1...count { bytes += "\(number) \(value(number))\r\n".utf8 }
        bytes += ".\r\n".utf8
        let stream = WireStream(bytes, replies: [(.lines, nil)])
        return Row.Work(octets: stream.count, prepare: stream.prepare) {
            var listing = ListingReply(limit: count)
            try stream.scan { event in
                if case .line(let line) = event { try append(&listing, line) }
            }
            return try WrongResult.check(listing.count, count)
        }
    }
}
