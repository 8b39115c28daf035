import MessageBuffers
import POP3Wire

/// Any cut of the stream gives the same events as no cut (RFC 1939 §3), but for where a streamed message is cut.
///
/// Input: flags, the kinds of reply expected (2 bits each), the length of the pieces (3 bytes), the stream.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWireScanner(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let flags = input.byte()
    let kinds = input.byte()
    let lengths = [input.byte(), input.byte(), input.byte()]
    let whole = Session(flags: flags, kinds: kinds).run([input.rest])
    let cut = Session(flags: flags, kinds: kinds).run(FuzzInput.pieces(of: input.rest, lengths: lengths))
    require(whole == cut, "\(whole) became \(cut)")
    return 0
}

/// One connection's scanner and its events.
struct Session: ~Copyable {
    private var scanner: ResponseScanner
    private var log: [String] = []
    private var message: [UInt8] = []

    init(flags: UInt8, kinds: UInt8) {
        var limits = WireLimits()
        limits.responseLine = 600
        limits.slabSize = 4096 << (flags & 3)
        limits.messageSize = flags & 4 == 0 ? 1 << 20 : 5000
        limits.streamingThreshold = flags & 8 == 0 ? .max : 100
        scanner = ResponseScanner(limits: limits)
        scanner.acceptsBareLineFeeds = flags & 16 != 0
        for index in 0..<4 {
            let kind: ResponseKind = [.status, .challenge, .lines, .message][Int(kinds >> (2 * index) & 3)]
            scanner.expect(kind, size: flags & 32 == 0 ? nil : Int(flags))
        }
    }

    consuming func run(_ pieces: [ArraySlice<UInt8>]) -> [String] {
        do throws(WireError) {
            for piece in pieces {
                scanner.append(copying: piece)
                while let event = try scanner.next() { note(event) }
            }
            while let event = try scanner.finishUnterminated() { note(event) }
        } catch {
            log.append("\(error)")
        }
        log.append("\(scanner.quirks.map { "\($0)" }.sorted())")
        return log
    }

    private mutating func note(_ event: WireEvent) {
        switch event {
        case .status(let status): log.append("\(status.indicator) \([UInt8](status.text))")
        case .line(let line): log.append("line \([UInt8](line))")
        case .endOfLines: log.append("end of lines")
        case .message(let bytes, let isLast):
            message += [UInt8](bytes)
            guard isLast else { return }
            log.append("message \(message)")
            message = []
        }
    }
}
