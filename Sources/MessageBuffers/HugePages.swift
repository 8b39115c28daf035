#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Advice to the system about large memory: the page fault at the first write to a page of 4 KiB costs more than filling
/// the page, and of huge pages there are 512 times fewer.
package enum HugePages {
    private static let size = 2 * 1024 * 1024
    /// In smaller memory, what a partly used huge page wastes would weigh more.
    private static let least = 4 * size

    /// Asks for huge pages in memory that was just allocated, if it is large. A system that has none ignores the advice.
    package static func advise(_ memory: UnsafeMutableRawBufferPointer) {
        guard memory.count >= least, let base = memory.baseAddress else { return }
        let start = unsafe base.alignedUp(toMultipleOf: size)
        let end = unsafe (base + memory.count).alignedDown(toMultipleOf: size)
        // Sound: whole pages within the memory, whose contents advice does not change.
        unsafe madvise(start, end - start, Int32(MADV_HUGEPAGE))
    }
}
