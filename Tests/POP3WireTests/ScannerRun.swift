import MessageBuffers

@testable import POP3Wire

/// One run of the scanner over a stream that arrives in given pieces.
///
/// Every message is copied as it comes. Those that are held are compared with their copies at the end, when later bytes
/// have arrived and blocks were used again.
struct ScannerRun {
    var limits = WireLimits()
    var acceptsBareLineFeeds = false
    /// Whether the message of the event at an index is held to the end.
    var holds: (Int) -> Bool = { _ in true }
    /// Whether the stream ends after the last piece.
    var isEnded = false
    /// Whether the scanner gives its block away between two pieces, where it can.
    var yieldsBlocks = false
    /// Blocks that were given away; their bytes are overwritten.
    private(set) var yieldedBlocks: [Slab] = []

    private(set) var findings: [Finding] = []
    private(set) var statistics = ResponseScanner.Statistics()
    private(set) var quirks: Set<WireQuirk> = []
    private(set) var chunkCount = 0
    /// The messages that have changed since they were copied.
    private(set) var changedMessages = 0

    private var held: [(MessageBytes, [UInt8])] = []
    private var eventCount = 0
    private var openMessage: [UInt8]?

    init(limits: WireLimits = WireLimits()) { self.limits = limits }

    /// Runs the scanner over `stream`, cut at the offsets `cuts`, which ascend.
    mutating func run(_ stream: [UInt8], cutAt cuts: some Sequence<Int> = [], _ replies: [Reply]) {
        var scanner = ResponseScanner(limits: limits)
        scanner.acceptsBareLineFeeds = acceptsBareLineFeeds
        for reply in replies { scanner.expect(reply.kind, size: reply.size) }
        do throws(WireError) {
            var start = 0
            for end in Array(cuts) + [stream.count] {
                try receive(stream[start..<end], into: &scanner)
                start = end
            }
            if isEnded, let event = try scanner.finishUnterminated() {
                note(event)
                while let event = try scanner.next() { note(event) }
            }
        } catch {
            findings.append(.error(error))
        }
        if let openMessage, !openMessage.isEmpty { findings.append(.chunks(openMessage)) }
        statistics = scanner.statistics
        quirks = scanner.quirks
        changedMessages = held.count { Array($0.0) != $0.1 }
    }

    /// Takes all events after each write, as a client does.
    private mutating func receive(_ piece: ArraySlice<UInt8>, into scanner: inout ResponseScanner) throws(WireError) {
        var rest = piece
        // One of those given away before, not always the last one.
        if scanner.lacksBlock, yieldedBlocks.count > 2 { scanner.accept(yieldedBlocks.remove(at: 0)) }
        repeat {
            let part = rest.prefix(unsafe scanner.freeSpace().count)
            scanner.append(copying: part)
            rest = rest.dropFirst(part.count)
            while let event = try scanner.next() { note(event) }
        } while !rest.isEmpty
        if yieldsBlocks, let block = scanner.yieldBlock() {
            unsafe block.bytes.initializeMemory(as: UInt8.self, repeating: 0x2E)
            yieldedBlocks.append(block)
        }
    }

    private mutating func note(_ event: WireEvent) {
        switch event {
        case .status(let status): findings.append(.status(status.indicator, look(at: status.text)))
        case .line(let line): findings.append(.line(look(at: line)))
        case .endOfLines: findings.append(.endOfLines)
        case .message(let bytes, let isLast):
            chunkCount += 1
            let message = (openMessage ?? []) + look(at: bytes)
            openMessage = isLast ? nil : message
            if isLast { findings.append(.message(message)) }
        }
        eventCount += 1
    }

    private mutating func look(at bytes: MessageBytes) -> [UInt8] {
        let copy = Array(bytes)
        if holds(eventCount) { held.append((bytes, copy)) }
        return copy
    }
}

extension WireLimits {
    /// Limits with blocks of `slabSize` bytes; with `streaming`, every message comes in chunks.
    static func blocks(of slabSize: Int, streaming: Bool = false) -> WireLimits {
        var limits = WireLimits()
        limits.slabSize = slabSize
        if streaming { limits.streamingThreshold = 0 }
        return limits
    }
}

/// The findings of one run.
func findings(
    _ stream: [UInt8], cutAt cuts: some Sequence<Int> = [], _ replies: [Reply], _ limits: WireLimits = .blocks(of: 256)
) -> [Finding] {
    var run = ScannerRun(limits: limits)
    run.run(stream, cutAt: cuts, replies)
    return run.findings
}
