/// Whether a sink forces its data to the disk.
public enum Durability: Sendable {
    /// `sync()` calls fsync(2), and returns once a power failure would lose nothing.
    case fsync
    /// Nothing is forced. Only who can afford to lose mail may delete it on the server.
    case none
}
