public import Foundation
public import POP3Wire

/// Reads the server's side of a session that was captured in a file.
///
/// - Parameter commands: what the client has sent, in that order. The capture begins with the greeting.
/// - Returns: the messages, without stuffing dots. They share the memory that the file was read into.
/// - Throws: ``POP3Wire/WireError`` if the capture is no POP3, or has replies to other commands.
public func messages(inCapture file: URL, sent commands: [POP3Command]) throws -> [MessageBytes] {
    var scanner = ResponseScanner()
    scanner.expect(.status)
    for command in commands { scanner.expect(command.kind) }
    var messages: [MessageBytes] = []
    let handle = try FileHandle(forReadingFrom: file)
    while let piece = try handle.read(upToCount: 64 * 1024), !piece.isEmpty {
        scanner.append(copying: piece)
        while let event = try scanner.next() {
            if case .message(let bytes, isLast: true) = event { messages.append(bytes) }
        }
    }
    return messages
}
