/// How the sizes that LIST gives relate to those of the messages themselves: many servers count lines as they are stored,
/// with LF alone, some are off by a constant, some give any number.
///
/// A message that breaks what the others obey may have lost a part of itself, or got one of another.
struct SizeModel: Sendable {
    /// How one message's size relates to the listed one.
    enum Fit: Sendable, Hashable {
        /// LIST gave no usable size.
        case unknown
        case exact
        /// LIST counts each CRLF as one byte.
        case lineFeeds
        /// The listed size less the message's.
        case offset(Int)

        /// - Parameter lineEnds: how many CRLF the message has; asked for only if needed.
        init(size: Int, listed: Int?, lineEnds: @autoclosure () -> Int) {
            guard let listed else {
                self = .unknown
                return
            }
            let difference = listed.subtractingReportingOverflow(size).partialValue
            if difference == 0 {
                self = .exact
            } else if difference < 0, difference == -lineEnds() {
                self = .lineFeeds
            } else {
                self = .offset(difference)
            }
        }
    }

    /// Distinct offsets that are counted; a server with more of them follows no model.
    private static let offsetLimit = 256

    /// Messages of the listed size, and messages of it if lines end with LF.
    private var exact = 0
    private var lineFeeds = 0
    private var offsets: [Int: Int] = [:]
    private var total = 0

    mutating func observe(_ fit: Fit) {
        switch fit {
        case .unknown: return
        case .exact: exact += 1
        case .lineFeeds: lineFeeds += 1
        case .offset(let offset) where offsets.count < Self.offsetLimit || offsets[offset] != nil:
            offsets[offset, default: 0] += 1
        case .offset: break
        }
        total += 1
    }

    /// Whether most messages have the size that LIST gives them.
    var isReliable: Bool { isMost(exact + lineFeeds, of: total) }

    /// Whether most messages have the very size that LIST gives them: then ``isBroken(by:)`` is true of any other size.
    var areMostlyExact: Bool { isMost(exact, of: total) }

    /// Whether there are other messages to compare one with that has been observed.
    var hasOthers: Bool { total > 1 }

    /// Whether a message that fits so has the listed size. A size that is right if lines end with LF can be so by chance,
    /// and counts only where that of others is too.
    func vouches(for fit: Fit) -> Bool {
        switch fit {
        case .exact: true
        case .lineFeeds: isMost(lineFeeds, of: total)
        case .offset, .unknown: false
        }
    }

    /// Whether a message that fits so, and has been observed, breaks what the others obey. With no others there is nothing
    /// that vouches for it.
    func isBroken(by fit: Fit) -> Bool {
        let others = total - 1
        switch fit {
        case .exact, .unknown: return false
        case .lineFeeds: return isMost(exact, of: others)
        case .offset(let offset):
            guard others > 0 else { return true }
            if isMost(exact + lineFeeds, of: others) { return true }
            return offsets.contains { $0.key != offset && $0.value > 1 && isMost($0.value, of: others) }
        }
    }

    private func isMost(_ count: Int, of all: Int) -> Bool { count > 0 && count * 4 >= all * 3 }
}
