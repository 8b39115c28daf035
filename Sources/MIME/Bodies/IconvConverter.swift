import Glibc

/// One owner of an iconv descriptor, which keeps a shift state and is used by one conversion at a time.
@safe
struct IconvConverter: ~Copyable {
    private let descriptor: iconv_t

    init?(from name: String) {
        // The C library says "unknown" by the address −1.
        guard let handle = unsafe iconv_open("UTF-8", name), Int(bitPattern: handle) != -1 else { return nil }
        unsafe descriptor = unsafe handle
    }

    deinit {
        unsafe iconv_close(descriptor)
    }

    /// The octets as UTF-8, with U+FFFD for each octet that cannot be read. O(n).
    func convert(_ octets: [UInt8]) -> (utf8: [UInt8], isDamaged: Bool) {
        var input = octets
        var output: [UInt8] = []
        var isDamaged = false
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        unsafe input.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var source: UnsafeMutablePointer<CChar>? = unsafe base.assumingMemoryBound(to: CChar.self)
            var left = bytes.count
            while left > 0 {
                let (status, written) = unsafe step(&source, &left, into: &chunk)
                output += chunk[..<written]
                guard status == -1 else { continue }
                switch errno {
                case E2BIG: continue
                default:
                    // EILSEQ, or EINVAL for a sequence that the end cuts off: leave one octet out and go on.
                    isDamaged = true
                    output += [0xEF, 0xBF, 0xBD]
                    unsafe source = unsafe source.map { unsafe $0 + 1 }
                    left -= 1
                }
            }
        }
        return (output, isDamaged)
    }

    private func step(
        _ source: inout UnsafeMutablePointer<CChar>?, _ left: inout Int, into chunk: inout [UInt8]
    ) -> (status: Int, written: Int) {
        unsafe chunk.withUnsafeMutableBytes { buffer in
            var target: UnsafeMutablePointer<CChar>? = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            var room = buffer.count
            let status = unsafe iconv(descriptor, &source, &left, &target, &room)
            return (status, buffer.count - room)
        }
    }
}
