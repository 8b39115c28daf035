public import NIOCore
import POP3Wire

/// Decodes one multi-line response of POP3, after its status line, in NIO's own buffers.
///
/// Each piece of the message is a slice of the buffer that the bytes arrived in: nothing is copied, and nothing is held
/// back but a dot whose role depends on the next bytes.
public final class MessageDecoder: ByteToMessageDecoder {
    public enum InboundOut: Sendable, Equatable {
        case piece(ByteBuffer)
        case end
    }

    private var unstuffer = DotUnstuffer()

    public init() {}

    public func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        // What follows the terminator is for the decoder of the next response.
        guard !unstuffer.isComplete else { return .needMoreData }
        var bytes = buffer.mutableReadableBytesSpan
        let outcome = unstuffer.unstuff(&bytes)
        if outcome.messageCount > 0, let piece = buffer.getSlice(at: buffer.readerIndex, length: outcome.messageCount) {
            context.fireChannelRead(wrapInboundOut(.piece(piece)))
        }
        // Bytes that were not consumed stay in the buffer, and NIO puts the next ones after them.
        buffer.moveReaderIndex(forwardBy: outcome.consumedCount)
        guard outcome.isComplete else { return .needMoreData }
        context.fireChannelRead(wrapInboundOut(.end))
        return .continue
    }

    public func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        try decode(context: context, buffer: &buffer)
    }
}
