/// The bytes of one message exactly as they were received, together with whatever keeps their memory alive.
///
/// Copying a value copies a reference, never the bytes. The bytes do not change as long as any copy lives, so a
/// value can be read on any thread. They are CRLF-terminated or not, 8-bit or not, and may hold NUL: nothing has
/// been normalised.
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
        let array = ContiguousArray(bytes)
        let slab = Slab(capacity: array.count)
        unsafe array.withUnsafeBytes { unsafe slab.bytes.copyMemory(from: $0) }
        self = slab.message(0..<array.count)
    }

    /// Copies the UTF-8 bytes of `string`. O(n).
    public init(_ string: String) {
        self.init(string.utf8)
    }

    /// The number of bytes.
    @inlinable public var count: Int { unsafe memory.count }

    @inlinable public var isEmpty: Bool { count == 0 }

    /// The bytes, without a copy. The span cannot outlive this value.
    @inlinable
    public var span: RawSpan {
        @_lifetime(borrow self)
        get {
            unsafe _overrideLifetime(RawSpan(_unsafeBytes: memory), borrowing: self)
        }
    }

    /// The byte at `offset`, which lies in `0..<count`.
    @inlinable
    public subscript(offset: Int) -> UInt8 {
        precondition(unsafe offset >= 0 && offset < memory.count, "offset lies within the message")
        return unsafe memory[offset]
    }

    /// The part of the message in `range`, sharing its memory. O(1).
    @inlinable
    public subscript(range: Range<Int>) -> MessageBytes {
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

extension MessageBytes: Equatable {
    /// Whether both hold the same bytes, wherever they live.
    public static func == (left: MessageBytes, right: MessageBytes) -> Bool {
        unsafe left.withUnsafeBytes { leftBytes in
            unsafe right.withUnsafeBytes { rightBytes in
                unsafe leftBytes.elementsEqual(rightBytes)
            }
        }
    }
}

extension Array where Element == UInt8 {
    /// A copy of the message's bytes. O(n).
    public init(_ message: MessageBytes) {
        self = unsafe message.withUnsafeBytes { unsafe [UInt8]($0) }
    }
}

extension String {
    /// The message's bytes as UTF-8, with U+FFFD for what is not. O(n).
    public init(decoding message: MessageBytes) {
        self = unsafe message.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension MessageBytes {
    /// The bytes as a collection, without a copy.
    @inlinable public var bytes: Bytes { Bytes(message: self) }

    /// The bytes of a message as a collection of octets, which keeps the message's memory alive.
    public struct Bytes: RandomAccessCollection, Sendable {
        @usableFromInline
        let message: MessageBytes

        @inlinable
        init(message: MessageBytes) {
            self.message = message
        }

        @inlinable public var startIndex: Int { 0 }
        @inlinable public var endIndex: Int { message.count }
        @inlinable public subscript(position: Int) -> UInt8 { message[position] }

        /// Calls `body` with the octets themselves, so that copies and searches of them need not go one by one.
        @inlinable
        public func withContiguousStorageIfAvailable<Result>(
            _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
        ) rethrows -> Result? {
            try unsafe message.withUnsafeBytes { octets in
                try unsafe octets.withMemoryRebound(to: UInt8.self) { try unsafe body($0) }
            }
        }
    }
}
