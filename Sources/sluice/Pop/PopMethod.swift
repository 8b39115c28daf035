import ArgumentParser
internal import ByteCoding
import POP3
import Synchronization

/// A method of node-pop3's command line, checked.
struct PopMethod {
    private let name: String
    private let arguments: [String]

    private static let argumentCounts: [String: ClosedRange<Int>] = [
        "UIDL": 0...1, "LIST": 0...1, "STAT": 0...0, "RETR": 1...1, "TOP": 1...2, "DELE": 1...1, "RSET": 0...0,
        "NOOP": 0...0, "LAST": 0...0, "CAPA": 0...0, "QUIT": 0...0, "COMMAND": 1...16,
    ]

    init(_ words: [String]) throws {
        guard let first = words.first else { throw ValidationError("Say what to do with -m, such as -m UIDL.") }
        name = first.uppercased()
        arguments = Array(words.dropFirst())
        guard let counts = Self.argumentCounts[name] else {
            throw ValidationError("\(first) is no method; see sluice pop --help.")
        }
        guard counts.contains(arguments.count) else {
            let wanted = counts.count == 1 ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
            throw ValidationError("\(name) takes \(wanted) arguments.")
        }
    }

    /// Runs the method, and gives what it prints to `write`, a long listing in pieces.
    func run(on session: POP3Session, write: ([UInt8]) throws -> Void) async throws {
        if arguments.isEmpty, name == "LIST" || name == "UIDL" {
            try await list(session, write)
        } else {
            try write(try await output(session))
        }
    }

    private func output(_ session: POP3Session) async throws -> [UInt8] {
        switch name {
        case "UIDL", "LIST": try await session.sendCommand(name, [String(number(0))]).visibleLine
        case "STAT": try await session.sendCommand("STAT").visibleLine
        case "RETR": Array(try await session.retrieveMessage(number(0)))
        case "TOP":
            Array(try await session.retrieveTop(of: number(0), lines: arguments.count > 1 ? number(1, from: 0) : 0))
        case "DELE": try await done(session.delete(number(0)))
        case "RSET": try await done(session.reset())
        case "NOOP": try await done(session.noop())
        case "LAST": try await session.fetchLastAccessed().map { Self.text(String($0)) } ?? []
        case "CAPA":
            try await session.fetchCapabilities().entries.flatMap {
                Self.text(([$0.name] + $0.arguments).joined(separator: " "))
            }
        case "COMMAND": try await command(session)
        default: []
        }
    }

    /// Prints the lines as the server has sent them, odd ones too: who asks wants to see them. So are those before an
    /// error.
    private func list(_ session: POP3Session, _ write: ([UInt8]) throws -> Void) async throws {
        let pieces = Mutex<[[UInt8]]>([[]])
        let outcome: Result<Void, POP3Error>
        do throws(POP3Error) {
            try await session.lines(of: name) { line in
                pieces.withLock { pieces in
                    if pieces[pieces.count - 1].count >= Self.pieceSize { pieces.append([]) }
                    pieces[pieces.count - 1] += line.visibleLine
                }
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        for piece in pieces.withLock({ $0 }) { try write(piece) }
        try outcome.get()
    }

    /// Commands whose reply has lines, by keyword and whether there are arguments.
    private func command(_ session: POP3Session) async throws -> [UInt8] {
        let keyword = arguments[0].uppercased()
        let rest = Array(arguments.dropFirst())
        let hasLines =
            ["RETR", "TOP", "CAPA"].contains(keyword) || (["LIST", "UIDL", "LANG"].contains(keyword) && rest.isEmpty)
        let (status, lines) = try await session.sendCommand(keyword, rest, expectingLines: hasLines)
        return lines.reduce(into: Array(status) + [0x0A]) { output, line in output += Array(line) + [0x0A] }
    }

    private func number(_ index: Int, from lowest: Int = 1) throws -> Int {
        guard let number = Int(arguments[index]), number >= lowest else {
            throw ValidationError("\(arguments[index]) is no number from \(lowest) on.")
        }
        return number
    }

    private func done(_: Void) -> [UInt8] { [] }

    private static let pieceSize = 64 * 1024

    private static func text(_ line: String) -> [UInt8] { Array(line.utf8) + [0x0A] }
}

extension MessageBytes {
    /// A line as it is, with its end, if it is of visible ASCII, and escaped otherwise.
    fileprivate var visibleLine: [UInt8] {
        let isVisible = allSatisfy { (0x20...0x7E).contains($0) }
        return (isVisible ? Array(self) : Array(EscapedText(self, upTo: count).description.utf8)) + [0x0A]
    }
}
