import CBIO
import Foundation
import NIOCore
import NIOEmbedded
import OverBIO
import OverCapture
import OverNIO
import POP3Wire
import Testing

@Suite("Examples: POP3Wire over other transports")
struct ExampleTests {
    /// A BIO whose other end has sent `reply` and has closed.
    private static func bio(receiving reply: String) throws -> (near: OpaquePointer, far: OpaquePointer) {
        var near: OpaquePointer?
        var far: OpaquePointer?
        unsafe #expect(BIO_new_bio_pair(&near, 64 * 1024, &far, 64 * 1024) == 1)
        unsafe #expect(BIO_write(far, reply, CInt(reply.utf8.count)) == reply.utf8.count)
        return unsafe (try #require(near), try #require(far))
    }

    @Test("over an OpenSSL BIO a message is retrieved")
    func overBIO() throws {
        let (near, far) = unsafe try Self.bio(
            receiving: "+OK ready\r\n+OK 9 octets\r\nA: b\r\n\r\n..\r\n.\r\n-ERR no such message\r\n")
        var connection = unsafe try BIOConnection(near)
        guard case .status(let greeting) = try connection.nextEvent() else {
            Issue.record("a greeting is a status line")
            return
        }
        #expect(greeting.isOK && String(decoding: greeting.text) == "ready")
        let message = try connection.retrieve(1)
        #expect(message == MessageBytes("A: b\r\n\r\n.\r\n"))
        let missing = try connection.retrieve(2)
        #expect(missing == nil)
        var sent = [UInt8](repeating: 0, count: 64)
        let count = unsafe BIO_read(far, &sent, CInt(sent.count))
        #expect(sent.prefix(Int(count)) == Array("RETR 1\r\nRETR 2\r\n".utf8)[...])
        unsafe BIO_free(far)
    }

    @Test("over a NIO ByteBuffer a message comes in slices, however it arrives")
    func overNIO() throws {
        let stream = "A: b\r\n\r\n..\r\n.not stuffed\r\n.\r\n"
        for size in 1...stream.utf8.count {
            let channel = EmbeddedChannel(handler: ByteToMessageHandler(MessageDecoder()))
            var rest = ByteBuffer(string: stream)
            while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
                try channel.writeInbound(piece)
            }
            var message = ByteBuffer()
            var isComplete = false
            while let event = try channel.readInbound(as: MessageDecoder.InboundOut.self) {
                switch event {
                case .piece(var piece): message.writeBuffer(&piece)
                case .end: isComplete = true
                }
            }
            #expect(isComplete && String(buffer: message) == "A: b\r\n\r\n.\r\nnot stuffed\r\n", "in pieces of \(size)")
            _ = try channel.finish()
        }
    }

    @Test("the code of the article is that of the examples")
    func article() throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        func text(_ path: String) throws -> String {
            try String(contentsOf: package.appending(path: path), encoding: .utf8)
        }
        let fences = try text("Sources/POP3Wire/POP3Wire.docc/UsingYourOwnTransport.md").components(separatedBy: "```")
        let examples = try ["OverBIO/BIOConnection.swift", "OverNIO/MessageDecoder.swift"].map {
            try text("Examples/Sources/\($0)")
        }
        let code = fences.filter { $0.hasPrefix("swift\n") }.map { $0.dropFirst("swift\n".count) }
        #expect(code.count == 3)
        for excerpt in code { #expect(examples.contains { $0.contains(excerpt) }, "\(excerpt)") }
    }

    @Test("a captured session is read from its file")
    func overCapture() throws {
        let file = try #require(
            Bundle.module.url(forResource: "session", withExtension: "pop3", subdirectory: "Captures"))
        let commands = [
            try POP3Command("USER", ["mrose"], reply: .status), try POP3Command("PASS", ["secret"], reply: .status),
            try POP3Command("LIST", reply: .lines), try POP3Command("RETR", ["1"], reply: .message),
            try POP3Command("RETR", ["3"], reply: .message), try POP3Command("RETR", ["2"], reply: .message),
            try POP3Command("QUIT", reply: .status),
        ]
        let messages = try messages(inCapture: file, sent: commands)
        #expect(messages.count == 2)
        #expect(String(decoding: messages[0]).contains("\r\n.a line that begins with a dot\r\n.\r\nThe last line.\r\n"))
        #expect(messages[1] == MessageBytes("From: ada@example.com\r\n\r\nAnother message.\r\n"))
        #expect(throws: WireError.self) { try OverCapture.messages(inCapture: file, sent: []) }
    }
}
