import Synchronization

/// Changes lines of all that a sandbox sends over all its connections, as a faulty server or proxy would.
package final class WireMutator: Sendable {
    package enum Change: Sendable, Hashable {
        /// Puts a line before the one at the place.
        case insert([UInt8])
        case lose
        case double
        /// Exchanges the line with the next one.
        case swap
        /// Adds or removes a dot at the start of the line.
        case stuff
        case unstuff
        /// Sends what the closure of the initialiser makes of the lines.
        case spoil
    }

    private struct State {
        var sent = 0
        var held: [UInt8]?
        var altered: [[UInt8]] = []
    }

    package let change: Change
    package let place: Int
    private let spoil: @Sendable ([[UInt8]]) -> [UInt8]
    private let state = Mutex(State())

    /// - Parameter place: which line is changed, counted from 0 over all connections.
    package init(_ change: Change, at place: Int) {
        self.change = change
        self.place = place
        spoil = { Array($0.joined()) }
    }

    /// - Parameter spoil: gets the lines of each piece that is sent from line `place` on, and gives what goes out.
    package init(from place: Int, spoil: @escaping @Sendable (_ lines: [[UInt8]]) -> [UInt8]) {
        change = .spoil
        self.place = place
        self.spoil = spoil
    }

    /// How many lines were sent.
    package var linesSent: Int { state.withLock { $0.sent } }

    /// Messages that were changed within, and have the form of a message still: what a client must take for them.
    package var alteredMessages: [[UInt8]] { state.withLock { $0.altered } }

    /// What goes out in the place of `bytes`, which are whole lines; `isMessage` if they are a whole message with its
    /// final dot.
    func apply(to bytes: [UInt8], isMessage: Bool) -> [UInt8] {
        state.withLock { state in
            var output = state.held ?? []
            state.held = nil
            let first = state.sent
            var lines = Self.lines(bytes)
            state.sent += lines.count
            if change == .spoil { return first < place ? bytes : spoil(lines) }
            guard (first..<first + lines.count).contains(place) else { return output + bytes }
            let index = place - first
            switch change {
            case .insert(let line): lines.insert(line + [0x0D, 0x0A], at: index)
            case .lose: lines.remove(at: index)
            case .double: lines.insert(lines[index], at: index)
            case .swap:
                if index + 1 < lines.count {
                    lines.swapAt(index, index + 1)
                } else {
                    // The next line is in what is sent next.
                    state.held = lines.removeLast()
                }
            case .stuff: lines[index].insert(0x2E, at: 0)
            case .unstuff: if lines[index].first == 0x2E { lines[index].removeFirst() }
            case .spoil: break
            }
            if isMessage, let message = Self.message(lines) { state.altered.append(message) }
            output += lines.joined()
            return output
        }
    }

    /// What is held back for the next line, as there is none.
    func takeHeld() -> [UInt8]? {
        state.withLock { state in
            defer { state.held = nil }
            return state.held
        }
    }

    /// The lines with their ends.
    private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        for index in bytes.indices where bytes[index] == 0x0A && index > 0 && bytes[index - 1] == 0x0D {
            lines.append(Array(bytes[start...index]))
            start = index + 1
        }
        if start < bytes.count { lines.append(Array(bytes[start...])) }
        return lines
    }

    /// The message that the lines are, if they end with the first final dot among them (RFC 1939 §3).
    private static func message(_ lines: [[UInt8]]) -> [UInt8]? {
        let terminator: [UInt8] = [0x2E, 0x0D, 0x0A]
        guard lines.firstIndex(of: terminator) == lines.count - 1 else { return nil }
        return Array(lines.dropLast().map { $0.first == 0x2E ? $0.dropFirst() : $0[...] }.joined())
    }
}
