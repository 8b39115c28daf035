/// A password or token that never shows itself: descriptions, debug output and mirrors say only that it is there.
///
/// Copies share one block of memory, which is overwritten when the last copy goes. What cannot be wiped is the memory a
/// secret was read from: build it from bytes with ``init(wiping:)`` where that matters.
@safe
public struct Secret: Sendable {
    private let storage: SecretStorage

    /// Copies the UTF-8 bytes of `string`. The string itself stays in memory for as long as its owner keeps it.
    public init(_ string: String) {
        storage = SecretStorage(copying: Array(string.utf8))
    }

    /// Copies `bytes` and overwrites them with zeros, so that the secret is the only copy left.
    public init(wiping bytes: inout [UInt8]) {
        storage = SecretStorage(copying: bytes)
        bytes.wipe()
    }

    /// The most bytes that a login accepts; the longest tokens in use have a few thousand.
    public static let maximumLength = 65_536

    /// The number of bytes, which is not treated as secret.
    package var count: Int { unsafe storage.memory.count }

    /// Calls `body` with the secret's bytes, which are valid until it returns.
    public func withBytes<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Sound: the storage owns its memory and outlives the call, and nothing ever writes to it again.
        defer { extendLifetime(storage) }
        let bytes = unsafe UnsafeRawBufferPointer(storage.memory).bindMemory(to: UInt8.self)
        return try body(unsafe Span(_unsafeElements: bytes))
    }
}

extension Secret: Equatable {
    /// Compares in a time that depends on the lengths only.
    public static func == (left: Secret, right: Secret) -> Bool {
        left.withBytes { leftBytes in
            right.withBytes { rightBytes in constantTimeEqual(leftBytes, rightBytes) }
        }
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The memory of one secret: written once, wiped when it goes.
@safe
private final class SecretStorage: Sendable {
    // Safe to share: written by the initialiser only, before anybody else can see it.
    nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

    init(copying bytes: [UInt8]) {
        unsafe memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        unsafe memory.copyBytes(from: bytes)
    }

    deinit {
        // The memory is this object's, and nobody sees it any more.
        unsafe wipe(memory)
        unsafe memory.deallocate()
    }
}

extension [UInt8] {
    /// Adds the bytes of `secret`.
    package mutating func append(_ secret: Secret) {
        secret.withBytes { bytes in
            for index in bytes.indices { append(bytes[index]) }
        }
    }
}
