/// Whether a sink forces its data to the disk.
public enum Durability: Sendable {
    /// `sync()` returns once a power failure would lose nothing.
    case synced
    /// Nothing is forced; mail may only be deleted on the server by somebody who can afford to lose it.
    case relaxed
}
