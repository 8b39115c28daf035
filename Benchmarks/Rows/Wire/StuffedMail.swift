/// A message as a server sends it, with stuffing dots and terminator.
struct StuffedMail {
    private(set) var bytes: [UInt8] = []
    /// The size of the message without stuffing.
    private(set) var storedSize = 0

    /// Lines of 76 bytes and CRLF, of which one in `dotEvery` begins with a dot; none for 0.
    init(size: Int, dotEvery: Int, firstLine: Int) {
        bytes.reserveCapacity(size * 81 / 78 + 128)
        var number = firstLine
        while storedSize < size {
            let start = bytes.count
            if dotEvery > 0, number % dotEvery == 0 { bytes += "..".utf8 }
            let stuffing = bytes.count > start ? 1 : 0
            for column in 0..<76 { bytes.append(UInt8(ascii: "a") + UInt8((number + column) % 23)) }
            bytes += "\r\n".utf8
            storedSize += bytes.count - start - stuffing
            number += 1
        }
        bytes += ".\r\n".utf8
    }
}
