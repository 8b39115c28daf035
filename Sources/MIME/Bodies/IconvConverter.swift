import Glibc

/// One owner of an iconv descriptor, which keeps a shift state and is used for one conversion: that begins and ends in
/// the initial state of its charset.
@safe
struct IconvConverter: ~Copyable {
    private let descriptor: iconv_t
    private let name: String

    /// Nil where the C library does not know the charset.
    init?(from name: String) {
        // A slash would let the message choose iconv's modes.
        let isName = name.utf8.allSatisfy { octet in
            octet.isLetter || octet.isDigit || "-_.:+()".utf8.contains(octet)
        }
        // An empty name would be the locale's charset.
        guard isName, !name.isEmpty, let handle = unsafe IdleConverters.ofThisThread.take(name) ?? Self.open(name)
        else { return nil }
        unsafe descriptor = unsafe handle
        self.name = name
    }

    private static func open(_ name: String) -> iconv_t? {
        // The C library says "unknown" by the address −1.
        guard let handle = unsafe iconv_open("UTF-8", name), Int(bitPattern: handle) != -1 else { return nil }
        return unsafe handle
    }

    deinit {
        unsafe IdleConverters.ofThisThread.give(descriptor, name)
    }

    /// The octets as UTF-8, with U+FFFD for each octet that cannot be read. O(n).
    func convert(_ octets: [UInt8]) -> (utf8: [UInt8], isDamaged: Bool) {
        var input = octets
        var output: [UInt8] = []
        output.reserveCapacity(octets.count + octets.count / 2)
        var isDamaged = false
        // Short texts are many; their chunk need not be large.
        var chunk = [UInt8](repeating: 0, count: min(16 * 1024, 64 + 4 * octets.count))
        unsafe input.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var source: UnsafeMutablePointer<CChar>? = unsafe base.assumingMemoryBound(to: CChar.self)
            var left = bytes.count
            while left > 0 {
                let before = left
                let (failure, written) = unsafe step(&source, &left, into: &chunk)
                output += chunk[..<written]
                guard let failure else { continue }
                // A full chunk, unless the converter turns in a circle.
                if failure == E2BIG, written > 0 || left < before { continue }
                // EILSEQ, or EINVAL for a sequence that the end cuts off: leave one octet out and go on.
                isDamaged = true
                output += [0xEF, 0xBF, 0xBD]
                unsafe source = unsafe source.map { unsafe $0 + 1 }
                left -= 1
            }
        }
        output += chunk[..<flush(into: &chunk)]
        return (output, isDamaged)
    }

    /// Converts as much as fits in the chunk. `failure` is the error of the call, which is taken before anything else
    /// can set another: an array that grows may.
    private func step(
        _ source: inout UnsafeMutablePointer<CChar>?, _ left: inout Int, into chunk: inout [UInt8]
    ) -> (failure: Int32?, written: Int) {
        unsafe chunk.withUnsafeMutableBytes { buffer in
            var target: UnsafeMutablePointer<CChar>? = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            var room = buffer.count
            let status = unsafe iconv(descriptor, &source, &left, &target, &room)
            let failure = status == -1 ? errno : nil
            return (failure, buffer.count - room)
        }
    }

    /// Writes the character that the converter has kept back in case a combining one follows, as for TCVN and
    /// Big5-HKSCS.
    private func flush(into chunk: inout [UInt8]) -> Int {
        unsafe chunk.withUnsafeMutableBytes { buffer in
            var target: UnsafeMutablePointer<CChar>? = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            var room = buffer.count
            _ = unsafe iconv(descriptor, nil, nil, &target, &room)
            return buffer.count - room
        }
    }
}
