import Glibc

/// Writable memory with a page on either side that nobody may touch: a read or write past an end crashes the test.
@safe
final class GuardedMemory {
    private let mapping: UnsafeMutableRawPointer
    private let mappingSize: Int
    private let page = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// What may be touched: whole pages, at least `capacity` bytes.
    let bytes: UnsafeMutableRawBufferPointer

    init(capacity: Int) {
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

    /// Copies `content` to `offset` and returns where it lies.
    func place(_ content: some Collection<UInt8>, at offset: Int) -> UnsafeRawBufferPointer {
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + content.count])
        unsafe target.copyBytes(from: content)
        return UnsafeRawBufferPointer(target)
    }

    /// Copies `content` right before the page that nobody may touch.
    func placeAtEnd(_ content: some Collection<UInt8>) -> UnsafeRawBufferPointer {
        unsafe place(content, at: bytes.count - content.count)
    }

    /// The last `count` bytes, for writing.
    func end(_ count: Int) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[(bytes.count - count)...])
    }
}
