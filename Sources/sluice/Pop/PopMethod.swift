import ArgumentParser
import POP3

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
        case "UIDL", "LIST": try await listed(session)
        case "STAT": try await status(session)
        case "RETR": Array(try await session.message(number(0)))
        case "TOP": Array(try await session.top(number(0), lines: arguments.count > 1 ? number(1, from: 0) : 0))
        case "DELE": try await done(session.delete(number(0)))
        case "RSET": try await done(session.reset())
        case "NOOP": try await done(session.noop())
        case "LAST": try await session.last().map { Self.text(String($0)) } ?? []
        case "CAPA":
            try await session.capabilities().entries.flatMap {
                Self.text(([$0.name] + $0.arguments).joined(separator: " "))
            }
        case "COMMAND": try await command(session)
        default: []
        }
    }

    private func status(_ session: POP3Session) async throws -> [UInt8] {
        let status = try await session.status()
        return Self.text("\(status.count) \(status.size)")
    }

    private func listed(_ session: POP3Session) async throws -> [UInt8] {
        let number = try number(0)
        let value =
            name == "LIST"
            ? try await session.size(of: number).map(String.init)
            : try await session.uniqueID(of: number).map(\.description)
        guard let value else { throw ValidationError("The maildrop has no message \(number).") }
        return Self.text("\(number) \(value)")
    }

    private func list(_ session: POP3Session, _ write: ([UInt8]) throws -> Void) async throws {
        var piece: [UInt8] = []
        for summary in try await session.list() {
            if name == "LIST" {
                piece += Self.text("\(summary.number) \(summary.size.map(String.init) ?? "?")")
            } else if let id = summary.uniqueID {
                piece += Self.text("\(summary.number) \(id)")
            }
            if piece.count >= Self.pieceSize {
                try write(piece)
                piece.removeAll(keepingCapacity: true)
            }
        }
        try write(piece)
    }

    /// Commands whose reply has lines, by keyword and whether there are arguments.
    private func command(_ session: POP3Session) async throws -> [UInt8] {
        let keyword = arguments[0].uppercased()
        let rest = Array(arguments.dropFirst())
        let hasLines =
            ["RETR", "TOP", "CAPA"].contains(keyword) || (["LIST", "UIDL", "LANG"].contains(keyword) && rest.isEmpty)
        let (status, lines) = try await session.command(keyword, rest, expectingLines: hasLines)
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
