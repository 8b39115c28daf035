import MessageBuffers

/// The receive block in use, and those before it, to be used again once nobody looks at them.
struct SlabRing: Sendable {
    /// How many former blocks are remembered; a consumer that holds more makes new ones necessary.
    private static let retiredLimit = 8

    /// The usual capacity of a block: what was asked for, rounded up to what a block can have.
    let size: Int
    private(set) var current: Slab
    /// Next to nothing: a connection that gets no bytes needs no block.
    private let none: Slab
    private var retired: [Slab] = []
    /// Whether the last `advance` had to allocate.
    private(set) var wasAllocated = false

    init(size: Int) {
        none = Slab(capacity: 0)
        current = none
        self.size = Slab.capacity(for: size)
    }

    /// Whether there is no block.
    var isEmpty: Bool { current === none }

    /// Gives away the current block if it has the usual size and no message holds it.
    mutating func yieldCurrent() -> Slab? {
        guard current.capacity == size, isCurrentUnshared else { return nil }
        let slab = current
        current = none
        return slab
    }

    /// Makes a block of the usual size the current one, where there is none.
    mutating func accept(_ slab: Slab) {
        precondition(isEmpty && slab.capacity == size, "a block of the usual size where there is none")
        current = slab
    }

    /// Whether no message holds the current block.
    var isCurrentUnshared: Bool {
        mutating get { isKnownUniquelyReferenced(&current) }
    }

    /// Makes another block, of at least `capacity` bytes, the current one, and returns the one before.
    mutating func advance(toCapacity capacity: Int) -> Slab {
        let old = current
        current = takeFree(capacity) ?? Slab(capacity: max(capacity, size))
        if old.capacity == size, retired.count < Self.retiredLimit { retired.append(old) }
        return old
    }

    private mutating func takeFree(_ capacity: Int) -> Slab? {
        wasAllocated = true
        guard capacity <= size else { return nil }
        for index in retired.indices where isKnownUniquelyReferenced(&retired[index]) {
            wasAllocated = false
            return retired.remove(at: index)
        }
        return nil
    }
}
