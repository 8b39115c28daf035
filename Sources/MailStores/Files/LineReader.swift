internal import MessageBuffers

/// Reads a file line by line, in windows.
struct LineReader {
    /// How much is read at a time, at the least.
    static let windowLength = 262_144

    private let file: File
    /// Bytes of the file from `windowOffset` on; those before `position` have been given.
    private var window: [UInt8] = []
    private var windowOffset: Int
    private var position = 0

    /// - Parameter offset: where the first line begins.
    init(_ file: File, from offset: Int = 0) {
        self.file = file
        windowOffset = offset
    }

    /// Where the next line begins in the file.
    var offset: Int { windowOffset + position }

    /// Goes on at `offset`. O(1).
    mutating func move(to offset: Int) {
        if offset >= windowOffset, offset <= windowOffset + window.count {
            position = offset - windowOffset
        } else {
            window = []
            windowOffset = offset
            position = 0
        }
    }

    /// The next line with its LF, which the last line of a file may lack; nil at the end. O(n) in its length.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    mutating func nextLine() throws(SinkError) -> ArraySlice<UInt8>? {
        var searched = position
        while true {
            if let end = window.rawSpan.firstOffset(of: UInt8(ascii: "\n"), from: searched) {
                defer { position = end + 1 }
                return window[position...end]
            }
            // Where the new bytes begin once those that have been given are dropped.
            searched = window.count - position
            guard try extendWindow() else {
                guard position < window.count else { return nil }
                defer { position = window.count }
                return window[position...]
            }
        }
    }

    /// Reads more of the file, as much again as there is of a long line; false at the file's end. What has been given is
    /// dropped.
    private mutating func extendWindow() throws(SinkError) -> Bool {
        let rest = window.count - position
        let more = try file.read(max(Self.windowLength, rest), at: windowOffset + window.count)
        guard !more.isEmpty else { return false }
        windowOffset += position
        window = rest == 0 ? more : Array(window[position...]) + more
        position = 0
        return true
    }
}
