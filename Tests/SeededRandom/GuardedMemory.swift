import Glibc

/// Writable memory with an inaccessible page on either side: a read or write past an end crashes the test.
@safe
package final class GuardedMemory {
    private let mapping: UnsafeMutableRawPointer
    private let mappingSize: Int
    private let page = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// What may be touched: whole pages, at least `capacity` bytes.
    package let bytes: UnsafeMutableRawBufferPointer

    package init(capacity: Int) {
        let size = max(page, (capacity + page - 1) / page * page)
        mappingSize = size + 2 * page
        unsafe mapping = mmap(nil, mappingSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        unsafe precondition(mapping != MAP_FAILED)
        unsafe bytes = UnsafeMutableRawBufferPointer(start: mapping + page, count: size)
        unsafe precondition(mprotect(bytes.baseAddress, size, PROT_READ | PROT_WRITE) == 0)
    }

    deinit {
        unsafe munmap(mapping, mappingSize)
    }

    /// Makes a write to the memory crash the test as well.
    package func makeReadOnly() {
        unsafe precondition(mprotect(bytes.baseAddress, bytes.count, PROT_READ) == 0)
    }

    /// Copies `content` to `offset` and returns where it lies.
    package func place(_ content: some Collection<UInt8>, at offset: Int) -> UnsafeRawBufferPointer {
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + content.count])
        unsafe target.copyBytes(from: content)
        return UnsafeRawBufferPointer(target)
    }

    /// Copies `content` right before the page that nobody may touch.
    package func placeAtEnd(_ content: some Collection<UInt8>) -> UnsafeRawBufferPointer {
        unsafe place(content, at: bytes.count - content.count)
    }

    /// The last `count` bytes, for writing.
    package func end(_ count: Int) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[(bytes.count - count)...])
    }
}
