import POP3Wire

/// Octets of a connection, and a scanner that gets them again and again.
///
/// They are put into the scanner's block before it is asked, all of them, and then only counted in: as a socket would
/// have it, but without the copying in between what is measured.
final class WireStream {
    private let octets: [UInt8]
    private let replies: [(kind: ResponseKind, size: Int?)]
    private let readSize: Int
    private var scanner: ResponseScanner

    /// - Parameter readSize: how many octets come at once.
    init(_ octets: [UInt8], replies: [(kind: ResponseKind, size: Int?)], readSize: Int = .max) {
        self.octets = octets
        self.replies = replies
        self.readSize = readSize
        var limits = WireLimits()
        // Room for all of it, so that the block is begun anew each time.
        limits.slabSize = max(limits.slabSize, octets.count + 64 * 1024)
        scanner = ResponseScanner(limits: limits)
    }

    var count: Int { octets.count }

    func prepare() {
        for reply in replies { scanner.expect(reply.kind, size: reply.size) }
        let space = scanner.freeSpace()
        precondition(space.count >= octets.count, "the block has room for the whole stream")
        space.copyBytes(from: octets)
    }

    /// Gives the events of the whole stream to `take`.
    func scan(_ take: (WireEvent) throws -> Void) throws {
        var rest = octets.count
        while rest > 0 {
            let count = min(rest, readSize)
            scanner.received(count)
            rest -= count
            while let event = try scanner.next() { try take(event) }
        }
    }
}
