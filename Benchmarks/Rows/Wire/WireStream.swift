import POP3Wire

/// Octets of a connection, and a scanner that gets them again and again.
///
/// All of them are written into the scanner's free space before the measurement, which only says how many of them have
/// arrived: as with a socket, but without the time of the copy.
final class WireStream {
    private let bytes: [UInt8]
    private let replies: [(kind: ResponseKind, size: Int?)]
    private let readSize: Int
    private var scanner: ResponseScanner

    /// - Parameter readSize: the number of bytes that arrive at once.
    init(_ bytes: [UInt8], replies: [(kind: ResponseKind, size: Int?)], readSize: Int = .max) {
        self.bytes = bytes
        self.replies = replies
        self.readSize = readSize
        var limits = WireLimits()
        // Room for all of it, so that each run begins at the start of the block.
        limits.slabSize = max(limits.slabSize, bytes.count + 64 * 1024)
        scanner = ResponseScanner(limits: limits)
    }

    var count: Int { bytes.count }

    func prepare() {
        for reply in replies { scanner.expect(reply.kind, size: reply.size) }
        let space = scanner.freeSpace()
        precondition(space.count >= bytes.count, "the block has room for the whole stream")
        space.copyBytes(from: bytes)
    }

    /// Gives the events of the whole stream to `take`.
    func scan(_ take: (WireEvent) throws -> Void) throws {
        var rest = bytes.count
        while rest > 0 {
            let count = min(rest, readSize)
            scanner.received(count)
            rest -= count
            while let event = try scanner.next() { try take(event) }
        }
    }
}
