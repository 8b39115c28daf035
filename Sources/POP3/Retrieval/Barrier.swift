import MessageBuffers
import POP3Wire

/// A question that is sent after a group of messages, and whose answer must name one of them.
///
/// A server or a proxy can lose, double or shift replies, and the sender of a mail can write lines that look like replies.
/// The right answer repeats a message's number and its id, or size, which a sender can hardly know. After it, replies and
/// commands match in number, and the messages before it are the ones that were asked for.
///
/// A class, so that a message in flight is not as large as a barrier.
final class Barrier: Sendable {
    enum Question: Sendable {
        /// UIDL with a message number (RFC 1939 §7).
        case uniqueID
        /// LIST with a message number (RFC 1939 §5).
        case size
        /// STAT, of a server that refuses the others: its answer is of another shape than those to RETR.
        case statistics

        /// What to ask where this is refused; nil where nothing is left to ask.
        var fallback: Question? {
            switch self {
            case .uniqueID: .size
            case .size: .statistics
            case .statistics: nil
            }
        }
    }

    let question: Question
    /// The message's number on this connection.
    let number: Int
    /// What the listing says of the message.
    let uniqueID: UniqueID?
    let size: Int?

    /// Asks about the message in the strongest form that is left.
    init(_ question: Question, number: Int, _ summary: MessageSummary) {
        self.question = question == .uniqueID && summary.uniqueID == nil ? .size : question
        self.number = number
        uniqueID = summary.uniqueID
        size = summary.size
    }

    private init(_ question: Question, like other: Barrier) {
        self.question = question
        number = other.number
        uniqueID = other.uniqueID
        size = other.size
    }

    /// The next form of the question; nil where there is none.
    var fallback: Barrier? { question.fallback.map { Barrier($0, like: self) } }

    /// For errors and logs.
    var command: String {
        switch question {
        case .uniqueID: "UIDL \(number)"
        case .size: "LIST \(number)"
        case .statistics: "STAT"
        }
    }

    /// The shape of the answer.
    var reply: ResponseKind { question == .statistics ? .status : .entry }

    /// Adds the command line to `line`.
    func write(into line: inout [UInt8]) {
        switch question {
        case .uniqueID: POP3Command.write("UIDL", number, into: &line)
        case .size: POP3Command.write("LIST", number, into: &line)
        case .statistics: line += "STAT\r\n".utf8
        }
    }

    /// Whether `text`, which followed `+OK`, or is a line of a listing in the place of an answer, answers the question.
    func isAnswered(by text: MessageBytes) -> Bool {
        var words = StatusWords(text)
        switch question {
        case .uniqueID:
            return words.nextNumber() == number && (uniqueID.map { words.rest(begins: $0.bytes) } ?? true)
        case .size: return words.nextNumber() == number && (size == nil || words.nextNumber() == size)
        case .statistics: return words.nextNumber() != nil && words.nextNumber() != nil
        }
    }
}

/// Reads the words of a status line's text one after the other.
private struct StatusWords {
    private let text: MessageBytes
    private var position = 0

    init(_ text: MessageBytes) {
        self.text = text
    }

    private mutating func skipSpaces() {
        while position < text.count, ListingReply.isSpace(text[position]) { position += 1 }
    }

    /// The next word as a decimal number; nil if it is none.
    mutating func nextNumber() -> Int? {
        skipSpaces()
        let start = position
        while position < text.count, !ListingReply.isSpace(text[position]) { position += 1 }
        return ListingReply.decimal(text.extracting(start..<position))
    }

    /// Whether the rest is `expected`, alone or followed by a space.
    mutating func rest(begins expected: [UInt8]) -> Bool {
        skipSpaces()
        let end = position + expected.count
        guard end <= text.count, text.extracting(position..<end).elementsEqual(expected) else { return false }
        return end == text.count || ListingReply.isSpace(text[end])
    }
}
