internal import MailStores
internal import MessageBuffers

/// Writes messages one after the other to standard output or another open descriptor.
///
/// A message's bytes leave as they come; nothing separates messages. A reader that goes away is an error (`EPIPE`)
/// provided that the process ignores SIGPIPE.
public final class StandardOutputSink: MailSink {
    /// Nothing separates the messages, and whether a pipe's reader has kept them is not known.
    public let isLossless = false

    private let output: File
    private var converter: LineEndConverter?
    private var converted: [UInt8] = []

    /// - Parameter descriptor: stays open when the sink goes.
    public init(descriptor: CInt = 1, lineEnds: LineEnds = .asReceived) {
        output = File(borrowing: descriptor, path: descriptor == 1 ? "standard output" : "descriptor \(descriptor)")
        converter = lineEnds == .lf ? LineEndConverter() : nil
    }

    public func begin(_ origin: MessageOrigin) throws(SinkError) {
        converter?.reset()
    }

    public func write(_ chunk: RawSpan) throws(SinkError) {
        guard converter != nil else { return try output.write(chunk) }
        converted.removeAll(keepingCapacity: true)
        converter?.convert(chunk, into: &converted)
        let bytes = converted
        try output.write(bytes.rawSpan)
    }

    public func finish() throws(SinkError) -> DeliveryOutcome {
        converted.removeAll(keepingCapacity: true)
        converter?.finish(into: &converted)
        let bytes = converted
        try output.write(bytes.rawSpan)
        return .buffered
    }

    /// What has been written cannot be taken back.
    public func cancel() {}

    /// Forces a file to the disk; for a pipe or a terminal there is nothing to force, and its reader has the bytes.
    public func sync() throws(SinkError) {
        try output.synchronizeIfStored()
    }
}
