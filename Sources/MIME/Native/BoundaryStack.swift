import ByteKernels

/// The boundaries of the multiparts that are open, outermost first.
///
/// A candidate line is hashed once and compared with each open boundary by length and hash, so lines that almost match
/// cost no more than others however deep the nesting.
struct BoundaryStack {
    struct Frame {
        /// The multipart's part index.
        var part: Int
        var boundary: Range<Int>
        var hash: UInt64
        /// Whether parts without a type are messages (RFC 2046 §5.1.5).
        var isDigest: Bool
    }

    /// What a delimiter line does.
    struct Match {
        /// The place of the frame, 0 outermost.
        var frame: Int
        /// Whether it is the last delimiter of its multipart.
        var isClose: Bool
    }

    private(set) var frames: [Frame] = []
    /// The octets of all boundaries, unquoted.
    private var octets: [UInt8] = []

    var isEmpty: Bool { frames.isEmpty }

    mutating func push(part: Int, boundary: MessageBytes, isDigest: Bool) {
        let start = octets.count
        octets += boundary.bytes
        let hash = unsafe boundary.withUnsafeBytes { unsafe ByteKernels.hash($0) }
        frames.append(Frame(part: part, boundary: start..<octets.count, hash: hash, isDigest: isDigest))
    }

    /// Whether an open boundary begins with `boundary`, or `boundary` with it. O(frames · boundary).
    func hasPrefix(in boundary: MessageBytes) -> Bool {
        frames.contains { frame in
            let count = min(frame.boundary.count, boundary.count)
            return octets[frame.boundary].prefix(count).elementsEqual(boundary.bytes.prefix(count))
        }
    }

    /// Whether `line`, what follows `--`, begins with an open boundary and goes on.
    func isBegun(by line: UnsafeRawBufferPointer) -> Bool {
        frames.contains { frame in
            unsafe line.count > frame.boundary.count
                && line.prefix(frame.boundary.count).elementsEqual(octets[frame.boundary])
        }
    }

    /// The boundary of a frame.
    func boundary(of frame: Int) -> [UInt8] { Array(octets[frames[frame].boundary]) }

    /// Drops the frames from `count` on.
    mutating func truncate(to count: Int) {
        guard count < frames.count else { return }
        octets.removeSubrange(frames[count].boundary.lowerBound...)
        frames.removeSubrange(count...)
    }

    /// The innermost boundary that `line`, what follows `--` without trailing white space, is a delimiter of.
    func match(_ line: UnsafeRawBufferPointer) -> Match? {
        let isClose = unsafe line.count >= 2 && line[line.count - 1] == 0x2D && line[line.count - 2] == 0x2D
        let shortened = unsafe isClose ? UnsafeRawBufferPointer(rebasing: line[..<(line.count - 2)]) : line
        // Made for the first frame of the right length: that is mostly the one.
        var whole: UInt64?
        var short: UInt64?
        for index in frames.indices.reversed() {
            if unsafe isEqual(line, frames[index], &whole) { return Match(frame: index, isClose: false) }
            if unsafe isClose && isEqual(shortened, frames[index], &short) { return Match(frame: index, isClose: true) }
        }
        return nil
    }

    private func isEqual(_ line: UnsafeRawBufferPointer, _ frame: Frame, _ hash: inout UInt64?) -> Bool {
        guard line.count == frame.boundary.count else { return false }
        let known = unsafe hash ?? ByteKernels.hash(line)
        hash = known
        // Boundaries are the sender's choice; equal hashes cost a comparison, nothing more.
        return unsafe known == frame.hash
            && octets.withUnsafeBytes { unsafe $0[frame.boundary].elementsEqual(line) }
    }
}
