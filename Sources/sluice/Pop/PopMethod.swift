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

    /// Runs the method, and returns what it prints.
    func run(on session: POP3Session) async throws -> [UInt8] {
        switch name {
        case "UIDL", "LIST": try await list(session)
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

    private func list(_ session: POP3Session) async throws -> [UInt8] {
        guard arguments.isEmpty else {
            let number = try number(0)
            let value =
                name == "LIST"
                ? try await session.size(of: number).map(String.init)
                : try await session.uniqueID(of: number).map(\.description)
            guard let value else { throw ValidationError("The maildrop has no message \(number).") }
            return Self.text("\(number) \(value)")
        }
        return try await session.list().flatMap { summary -> [UInt8] in
            if name == "LIST" { return Self.text("\(summary.number) \(summary.size)") }
            return summary.uniqueID.map { Self.text("\(summary.number) \($0)") } ?? []
        }
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

    private static func text(_ line: String) -> [UInt8] { Array(line.utf8) + [0x0A] }
}
