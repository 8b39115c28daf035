import MIME
import POP3Wire
import ParsingWork

/// A drain without sockets: from an OpenSSL BIO over memory through the scanner into messages, and through the native
/// parser. A session of the library itself needs a descriptor to wait on; this is everything else that it does with
/// each octet.
enum MemorySessionRows {
    private static let count = 1000

    static let all = [
        row("plain", parses: false) { try PlainMemory($0) }, row("plain", parses: true) { try PlainMemory($0) },
        row("TLS", parses: false) { try TLSMemory($0) }, row("TLS", parses: true) { try TLSMemory($0) },
    ]

    private static func row(
        _ transport: String, parses: Bool, _ connect: @escaping @Sendable ([UInt8]) throws -> any MemoryTransport
    ) -> Row {
        Row("1,000 mails of 4 KB from memory, \(transport)\(parses ? ", all read" : "")") {
            let maildrop = StuffedMaildrop(count: count)
            let connection = try connect(maildrop.octets)
            var scanner = ResponseScanner()
            var document = NativeMIMEParser().parse(MessageBytes(""), limits: MIMELimits())
            let prepare = {
                try connection.prepare()
                for size in maildrop.sizes { scanner.expect(.message, size: size) }
            }
            return Row.Work(octets: maildrop.octets.count, prepare: prepare) {
                var found = ReadingCount()
                var octets = 0
                while scanner.repliesDue > 0 {
                    scanner.received(try connection.read(into: scanner.freeSpace()))
                    while let event = try scanner.next() {
                        guard case .message(let bytes, true) = event else { continue }
                        octets += bytes.count
                        guard parses else { continue }
                        NativeMIMEParser().parse(bytes, into: &document)
                        found.read(document)
                    }
                }
                return try WrongResult.check(octets, maildrop.storedOctets) + found.sum
            }
        }
    }
}
