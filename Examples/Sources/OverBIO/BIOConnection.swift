import CBIO
public import POP3Wire

/// A POP3 connection over an OpenSSL BIO that blocks.
///
///     let bio = unsafe BIO_new_connect("pop.example.com:110")
///     var connection = unsafe try BIOConnection(bio)
///     try connection.send(POP3Command("USER", ["ada"], reply: .status))
///     let reply = try connection.nextEvent()
@safe
public struct BIOConnection: ~Copyable {
    public enum Failure: Error {
        case notConnected
        case notSent
        case closed
    }

    private let bio: OpaquePointer
    private var scanner = ResponseScanner()

    /// Takes over `bio`, which connects when it is first used. The first event is the greeting.
    public init(_ bio: OpaquePointer?) throws {
        guard let bio = unsafe bio else { throw Failure.notConnected }
        unsafe self.bio = bio
        scanner.expect(.status)
    }

    deinit {
        unsafe BIO_free_all(bio)
    }

    /// Sends a command. The events of its reply come after those of all commands that were sent before.
    public mutating func send(_ command: POP3Command) throws {
        let sent = unsafe command.bytes.withUnsafeBytes { bytes in
            unsafe BIO_write(bio, bytes.baseAddress, CInt(bytes.count))
        }
        guard sent == command.bytes.count else { throw Failure.notSent }
        scanner.expect(command.kind)
    }

    /// Waits for the next event.
    public mutating func nextEvent() throws -> WireEvent {
        while true {
            if let event = try scanner.next() { return event }
            // The BIO writes into the block that events are slices of.
            unsafe try scanner.withFreeSpace { [bio] space in
                let count = unsafe BIO_read(bio, space.baseAddress, CInt(clamping: space.count))
                guard count > 0 else { throw Failure.closed }
                return Int(count)
            }
        }
    }

    /// Retrieves message `number`, once the login is done; nil if the server refuses it.
    public mutating func retrieve(_ number: Int) throws -> MessageBytes? {
        try send(POP3Command("RETR", ["\(number)"], reply: .message))
        guard case .status(let status) = try nextEvent(), status.isOK else { return nil }
        guard case .message(let bytes, isLast: true) = try nextEvent() else { return nil }
        return bytes
    }
}
