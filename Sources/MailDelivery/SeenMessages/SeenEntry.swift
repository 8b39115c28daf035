internal import ByteCoding
internal import Digests
internal import MessageBuffers

/// One line of a ``SeenMessageStore`` file: what became of one message at one set of destinations.
///
///     DESTINATION STATE FIRST-SEEN SIZE SHA256 UIDL [ABSENCES@SINCE]
///
/// A field that is not known is `-`. FIRST-SEEN and SINCE are seconds since 1970; SHA256 is of the message as received, in
/// hexadecimal; the UIDL id is escaped as ``EscapedField`` says.
struct SeenEntry: Equatable {
    /// How often, and since when, the server's listings have not named the id.
    struct Absence: Equatable {
        var count: Int
        var since: Int
    }

    /// Longer lines are damaged.
    static let maximumLineLength = 1024

    /// The number of the destinations' line; nil for an entry that holds for any.
    var destination: Int?
    var state: SeenState
    var firstSeen: Int?
    var size: Int?
    var digest: [UInt8]?
    var uidl: [UInt8]?
    var absence: Absence?

    /// The line without its end.
    var line: [UInt8] {
        var line: [UInt8] = []
        func add(_ number: Int?) {
            line += (number.map { String($0) } ?? "-").utf8
            line.append(UInt8(ascii: " "))
        }
        add(destination)
        line += state.rawValue.utf8
        line.append(UInt8(ascii: " "))
        add(firstSeen)
        add(size)
        line += digest.map { Hexadecimal.encode($0) } ?? [UInt8(ascii: "-")]
        line.append(UInt8(ascii: " "))
        if let uidl {
            // Distinct from the sign for "none".
            line += uidl == [UInt8(ascii: "-")] ? Array("%2D".utf8) : EscapedField.encode(uidl)
        } else {
            line.append(UInt8(ascii: "-"))
        }
        if let absence { line += " \(absence.count)@\(absence.since)".utf8 }
        return line
    }

    /// Reads a line; nil where it is none that ``line`` makes.
    init?(_ line: some Collection<UInt8>) {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard (6...7).contains(words.count), let state = SeenState(rawValue: String(decoding: words[1], as: UTF8.self)),
            let destination = Self.number(words[0]), let firstSeen = Self.number(words[2]),
            let size = Self.number(words[3])
        else { return nil }
        self.state = state
        self.destination = destination
        self.firstSeen = firstSeen
        self.size = size
        if !words[4].elementsEqual("-".utf8) {
            guard let digest = Hexadecimal.decode(words[4]), digest.count == HashFunction.sha256.digestLength else {
                return nil
            }
            self.digest = digest
        }
        if !words[5].elementsEqual("-".utf8) {
            guard let uidl = EscapedField.decode(words[5]), !uidl.isEmpty else { return nil }
            self.uidl = uidl
        }
        if words.count == 7 {
            let parts = words[6].split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
            guard parts.count == 2, case .some(.some(let count)) = Self.number(parts[0]),
                case .some(.some(let since)) = Self.number(parts[1])
            else { return nil }
            absence = Absence(count: count, since: since)
        }
    }

    init(
        destination: Int?, state: SeenState, firstSeen: Int? = nil, size: Int? = nil, digest: [UInt8]? = nil,
        uidl: [UInt8]? = nil
    ) {
        self.destination = destination
        self.state = state
        self.firstSeen = firstSeen
        self.size = size
        self.digest = digest
        self.uidl = uidl
    }

    /// The number that a word stands for, `.some(nil)` for `-`; nil where it is neither.
    private static func number(_ word: some Collection<UInt8>) -> Int?? {
        if word.elementsEqual("-".utf8) { return .some(nil) }
        guard !word.isEmpty, word.count <= 18, word.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return .some(word.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }
}

/// What has become of a message.
public enum SeenState: String, Sendable, CaseIterable {
    /// It is durable in a destination that keeps whole messages; only such a message may be deleted on the server.
    case stored
    /// It went to destinations that keep less than the message.
    case observed
    /// Another program says that it has been fetched, or a list of version 1 does.
    case imported
}
