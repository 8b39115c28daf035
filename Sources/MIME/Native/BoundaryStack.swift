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
        // One step of memory for what nearly all messages need, in place of many.
        if frames.capacity == 0 {
            frames.reserveCapacity(8)
            octets.reserveCapacity(512)
        }
        let start = octets.count
        let hash = unsafe boundary.withUnsafeBytes { bytes in
            unsafe octets.append(contentsOf: bytes)
            return unsafe ByteKernels.hash(bytes)
        }
        frames.append(Frame(part: part, boundary: start..<octets.count, hash: hash, isDigest: isDigest))
    }

    /// Whether an open boundary begins with `boundary`, or `boundary` with it. O(frames · boundary).
    func hasPrefix(in boundary: MessageBytes) -> Bool {
        unsafe boundary.withUnsafeBytes { boundary in
            frames.contains { frame in
                let count = min(frame.boundary.count, boundary.count)
                return unsafe isPrefix(UnsafeRawBufferPointer(rebasing: boundary[..<count]), of: frame)
            }
        }
    }

    /// Whether `line`, what follows `--`, begins with an open boundary and goes on.
    func isBegun(by line: UnsafeRawBufferPointer) -> Bool {
        frames.contains { frame in
            guard line.count > frame.boundary.count else { return false }
            return unsafe isPrefix(UnsafeRawBufferPointer(rebasing: line[..<frame.boundary.count]), of: frame)
        }
    }

    private func isPrefix(_ bytes: UnsafeRawBufferPointer, of frame: Frame) -> Bool {
        let start = frame.boundary.lowerBound
        return unsafe octets.withUnsafeBytes { octets in
            unsafe ByteKernels.isEqual(UnsafeRawBufferPointer(rebasing: octets[start..<start + bytes.count]), bytes)
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
        return unsafe known == frame.hash && isPrefix(line, of: frame)
    }
}
