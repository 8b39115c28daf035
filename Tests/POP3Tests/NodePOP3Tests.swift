import POP3
import POP3Sandbox
import Testing

/// What node-pop3 gets wrong, right.
@Suite("Where node-pop3 fails", .timeLimit(.minutes(15)))
struct NodePOP3Tests {
    private func retrieved(_ messages: [String], _ faults: Set<SandboxFault> = []) async throws -> [String] {
        var flow = SandboxFlow(faults)
        flow.messages = messages.map { Array($0.utf8) }
        return try await flow.run().messages.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("a terminator cut anywhere between two reads ends the message")
    func cutTerminator() async throws {
        let messages = (1...8).map { "Subject: \($0)\r\n\r\nbody\r\n" }
        #expect(try await retrieved(messages, [.terminatorCut]) == messages)
    }

    @Test("a read of a dot alone, or of a dot and CRLF in mid-line, does not end the message")
    func dotReads() async throws {
        let messages = ["a.\r\nb .\r\n.\r\n..\r\nc\r\n", "x.\r\n"]
        #expect(try await retrieved(messages, [.readCutEveryByte]) == messages)
    }

    @Test("8-bit octets stay as they are")
    func eightBit() async throws {
        var flow = SandboxFlow()
        flow.messages = [(0...255).map { UInt8($0) }.filter { $0 != 0x0D && $0 != 0x0A } + [0x0D, 0x0A]]
        #expect(try await flow.run().messages == flow.messages)
    }

    @Test("the last CRLF is part of the message")
    func lastLineEnd() async throws {
        #expect(try await retrieved(["a\r\n", "b\r\n\r\n\r\n"]) == ["a\r\n", "b\r\n\r\n\r\n"])
    }

    @Test("a message in chunks is unstuffed like a whole one")
    func streamed() async throws {
        var flow = SandboxFlow()
        flow.messages = [Array(String(repeating: ".stuffed\r\n", count: 30_000).utf8)]
        let chunks = try await flow.connected { session, _ in
            try await session.authenticate(flow.credential)
            var bytes: [UInt8] = []
            for try await event in session.retrieveInChunks(.all, threshold: 1) {
                if case .chunk(let chunk) = event { bytes += Array(chunk.bytes) }
            }
            return bytes
        }
        #expect(chunks == flow.messages[0])
    }

    @Test("a number with a line end in it sends no second command")
    func injection() async throws {
        try await SandboxFlow().connected { session, sandbox in
            try await session.authenticate(SandboxFlow().credential)
            await #expect(throws: POP3Error.self) { try await session.sendCommand("RETR", ["1\r\nDELE 1"]) }
            try await session.noop()
            #expect(!sandbox.commands.contains { $0.contains("DELE") })
        }
    }
}
