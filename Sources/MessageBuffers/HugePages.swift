#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Advice about large memory: the first touch of each page of 4 KiB costs more than to write it does, and huge pages are
/// 512 times fewer.
package enum HugePages {
    private static let size = 2 * 1024 * 1024
    /// Below, a page that is not filled would weigh more.
    private static let least = 4 * size

    /// Asks for huge pages in memory that was just allocated, where it is large. Where the system has none the advice is
    /// not taken, and nothing is lost.
    package static func advise(_ memory: UnsafeMutableRawBufferPointer) {
        guard memory.count >= least, let base = memory.baseAddress else { return }
        let start = unsafe base.alignedUp(toMultipleOf: size)
        let end = unsafe (base + memory.count).alignedDown(toMultipleOf: size)
        // Sound: whole pages within the memory, whose contents advice does not change.
        unsafe madvise(start, end - start, Int32(MADV_HUGEPAGE))
    }
}
