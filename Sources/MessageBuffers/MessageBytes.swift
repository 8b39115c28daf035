internal import ByteCoding

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The bytes of one message exactly as they were received, together with whatever keeps their memory alive.
///
/// Copying a value copies a reference, never the bytes. The bytes do not change as long as any copy lives, so a
/// value can be read on any thread. They are CRLF-terminated or not, 8-bit or not, and may hold NUL: nothing has
/// been normalised.
///
/// It is a collection of bytes: `Data(bytes)`, `Array(bytes)` and `String(decoding: bytes, as: UTF8.self)` copy them at
/// once.
@safe
public struct MessageBytes: Sendable {
    /// Keeps `memory` allocated; never looked into.
    @usableFromInline
    let owner: (any AnyObject & Sendable)?

    // Safe to share: the initialisers require memory that stays allocated and unchanged while `owner` lives.
    @usableFromInline
    nonisolated(unsafe) let memory: UnsafeRawBufferPointer

    /// Takes memory that somebody else owns.
    ///
    /// - Parameters:
    ///   - memory: must stay allocated and unchanged for as long as `owner` lives.
    ///   - owner: the object that frees the memory when it goes.
    @usableFromInline
    package init(unowned memory: UnsafeRawBufferPointer, keptAliveBy owner: (any AnyObject & Sendable)?) {
        unsafe self.memory = memory
        self.owner = owner
    }

    /// Copies `bytes` into memory of its own. O(n).
    public init(_ bytes: some Sequence<UInt8>) {
        let copy = bytes.withContiguousStorageIfAvailable { bytes in
            unsafe MessageBytes(copying: UnsafeRawBufferPointer(bytes))
        }
        if let copy {
            self = copy
        } else {
            let array = ContiguousArray(bytes)
            self = unsafe array.withUnsafeBytes { unsafe MessageBytes(copying: $0) }
        }
    }

    private init(copying bytes: UnsafeRawBufferPointer) {
        unsafe self.init(unsafeUninitializedCapacity: bytes.count) { memory in
            // The memory is new, and has room for as many bytes.
            unsafe memory.copyMemory(from: bytes)
            return bytes.count
        }
    }

    /// New memory with what `initialize` writes.
    ///
    /// - Parameters:
    ///   - capacity: the bytes that `initialize` may write at least.
    ///   - initialize: writes to the start of the memory, keeps no pointer to it, and returns how many bytes it wrote,
    ///     which become the message.
    @unsafe
    package init<Failure: Error>(
        unsafeUninitializedCapacity capacity: Int,
        initializingWith initialize: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        let slab = Slab(capacity: capacity)
        let count = try unsafe initialize(slab.bytes)
        // Nobody else has a reference to the slab, so that nothing writes to it from here on.
        self = unsafe slab.message(0..<count)
    }

    /// Copies the UTF-8 bytes of `string`. O(n).
    public init(_ string: String) {
        self.init(string.utf8)
    }

    /// The bytes, without a copy. The span cannot outlive this value.
    @inlinable
    public var span: RawSpan {
        @_lifetime(borrow self)
        get {
            unsafe _overrideLifetime(RawSpan(_unsafeBytes: memory), borrowing: self)
        }
    }

    /// The part of the message in `range`, sharing its memory; its own offsets begin at 0. O(1).
    @inlinable
    public func extracting(_ range: Range<Int>) -> MessageBytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range lies within the message")
        return unsafe MessageBytes(unowned: UnsafeRawBufferPointer(rebasing: memory[range]), keptAliveBy: owner)
    }

    /// Calls `body` with the bytes, which are valid until it returns.
    @inlinable
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { extendLifetime(self) }
        return try unsafe body(memory)
    }
}

/// The bytes one by one, at offsets from 0. A slice shares the memory, and has the offsets of what it is a slice of;
/// ``extracting(_:)`` gives a message of its own, whose offsets begin at 0.
extension MessageBytes: RandomAccessCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { unsafe memory.count }

    /// The number of bytes. O(1).
    @inlinable public var count: Int { unsafe memory.count }

    @inlinable public var isEmpty: Bool { count == 0 }

    /// The byte at `offset`, which lies in `0..<count`.
    @inlinable
    public subscript(offset: Int) -> UInt8 {
        precondition(unsafe offset >= 0 && offset < memory.count, "offset lies within the message")
        return unsafe memory[offset]
    }

    /// Calls `body` with the bytes in memory, so that copies and searches need not go one by one.
    @inlinable
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try unsafe withUnsafeBytes { bytes in
            try unsafe bytes.withMemoryRebound(to: UInt8.self) { try unsafe body($0) }
        }
    }
}

extension MessageBytes: Hashable {
    /// Whether both hold the same bytes, wherever they live. O(n).
    public static func == (left: MessageBytes, right: MessageBytes) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                // Both are as long as the other. An empty one may have no address.
                guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                return unsafe first == second || memcmp(first, second, left.count) == 0
            }
        }
    }

    /// Feeds the bytes to `hasher`. O(n).
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        unsafe withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}

extension MessageBytes: ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
    /// A message of these bytes.
    public init(arrayLiteral elements: UInt8...) {
        self.init(elements)
    }

    /// A message of the literal's UTF-8.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension MessageBytes: CustomStringConvertible {
    /// The number of bytes, and the first of them, escaped for a terminal: `1204 bytes: From: …`.
    public var description: String {
        "\(count) bytes: \(EscapedText(self, upTo: 64))"
    }
}

extension String {
    /// The message's bytes as UTF-8, with U+FFFD for what is not. O(n).
    public init(decoding message: MessageBytes) {
        self.init(decoding: message, as: UTF8.self)
    }
}
