import MessageBuffers

/// The receive block in use, and former blocks that are used again once no message refers to them.
struct SlabRing: ~Copyable, Sendable {
    /// The number of former blocks that are kept. A consumer that retains more makes new allocations necessary.
    private static let retiredLimit = 8

    /// The usual capacity of a block in bytes: that of the limits, rounded up to a multiple of 64.
    let size: Int
    private(set) var current: Slab
    /// A block of the least size, in the place of a receive block where there is none: a connection that receives nothing
    /// needs none.
    private let none: Slab
    private var retired: [Slab] = []
    /// Whether the last `advance` had to allocate.
    private(set) var wasAllocated = false

    init(size: Int) {
        none = Slab(capacity: 0)
        current = none
        self.size = Slab.capacity(for: size)
    }

    /// Whether there is no receive block.
    var isEmpty: Bool { current === none }

    /// Gives the current block away, if it has the usual size and no message refers to it.
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

    /// Whether no message refers to the current block.
    var isCurrentUnshared: Bool {
        mutating get { isKnownUniquelyReferenced(&current) }
    }

    /// Makes another block, of at least `capacity` bytes, the current one, and returns the former one.
    mutating func advance(toCapacity capacity: Int) -> Slab {
        let former = current
        current = takeFree(capacity) ?? Slab(capacity: max(capacity, size))
        if former.capacity == size, retired.count < Self.retiredLimit { retired.append(former) }
        return former
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
