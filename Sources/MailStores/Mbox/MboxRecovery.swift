internal import MessageBuffers

/// Removes a cut-off append from an mbox.
package struct MboxRecovery {
    /// How much is read at a time.
    package static let windowLength = 262_144

    private let mbox: File

    /// - Parameter mbox: open for reading and writing, and locked.
    package init(_ mbox: File) { self.mbox = mbox }

    /// Removes what a cut-off append left after `start`. Mail that another program has appended since then stays. O(n)
    /// in what is after `start`.
    ///
    /// - Throws: ``SinkError/system(_:path:_:)``.
    package func removeTail(from start: Int) throws(SinkError) {
        let end = try mbox.length()
        let foreign = try firstForeignMessage(from: start, to: end) ?? end
        var target = start
        for source in stride(from: foreign, to: end, by: Self.windowLength) {
            let bytes = try mbox.read(min(Self.windowLength, end - source), at: source)
            try mbox.write(bytes.rawSpan, at: target)
            target += bytes.count
        }
        try mbox.truncate(to: target)
    }

    private func firstForeignMessage(from start: Int, to end: Int) throws(SinkError) -> Int? {
        var position = start
        while position < end {
            // One byte more before, and a whole line more after, so that no From_ line is cut by the window.
            let before = position > start ? 1 : 0
            let window = try mbox.read(before + Self.windowLength + MboxFromLine.maximumLength, at: position - before)
            var offset = before
            while let candidate = window.rawSpan.firstOffset(of: UInt8(ascii: "F"), from: min(offset, window.count)),
                candidate < before + Self.windowLength
            {
                if MboxFromLine.isForeignSeparator(window, at: candidate) { return position - before + candidate }
                offset = candidate + 1
            }
            position += Self.windowLength
        }
        return nil
    }
}
