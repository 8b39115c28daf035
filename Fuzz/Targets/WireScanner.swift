import MessageBuffers
import POP3Wire

/// Any cut of the stream gives the same events as no cut (RFC 1939 §3), except for where a streamed message is cut; and
/// the unstuffer for memory of the caller finds the message that the scanner finds.
///
/// Input: flags, the kinds of reply expected (2 bits each), the length of the pieces (3 bytes), the stream.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWireScanner(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let flags = input.byte()
    let kinds = input.byte()
    let lengths = [input.byte(), input.byte(), input.byte()]
    let pieces = FuzzInput.pieces(of: input.rest, lengths: lengths)
    let whole = Session(flags: flags, kinds: kinds).run([input.rest])
    let cut = Session(flags: flags, kinds: kinds).run(pieces)
    require(whole == cut, "\(whole) became \(cut)")
    let acceptsBareLineFeeds = flags & 16 != 0
    let scanned = scannedMessage(input.rest, acceptsBareLineFeeds)
    let unstuffed = unstuffedMessage(pieces, acceptsBareLineFeeds)
    require(scanned == unstuffed, "\(String(describing: scanned)) became \(String(describing: unstuffed))")
    return 0
}

/// The message that `stream` begins with, by the scanner; nil if it has no end.
private func scannedMessage(_ stream: ArraySlice<UInt8>, _ acceptsBareLineFeeds: Bool) -> [UInt8]? {
    var scanner = ResponseScanner()
    scanner.acceptsBareLineFeeds = acceptsBareLineFeeds
    scanner.expect(.message)
    scanner.append(copying: "+OK\r\n".utf8)
    scanner.append(copying: stream)
    while let event = try? scanner.next() {
        if case .message(let bytes, isLast: true) = event { return [UInt8](bytes) }
    }
    return nil
}

/// The same by the unstuffer. Each piece has memory of its own, whose ends the address sanitizer guards.
private func unstuffedMessage(_ pieces: [ArraySlice<UInt8>], _ acceptsBareLineFeeds: Bool) -> [UInt8]? {
    var unstuffer = DotUnstuffer(acceptsBareLineFeeds: acceptsBareLineFeeds)
    var message: [UInt8] = []
    var left: [UInt8] = []
    for piece in pieces {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: left.count + piece.count, alignment: 1)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: left + piece)
        let outcome = unstuffer.unstuff(buffer)
        message += buffer[..<outcome.messageCount]
        if outcome.isComplete { return message }
        left = Array(buffer[outcome.consumedCount...])
        require(left.count <= 2, "\(left) is left")
    }
    return nil
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
