extension BIOStream {
    /// Whether the peer is on this machine, so that nobody else can read along.
    package var isLoopback: Bool { SocketAddress(peerOf: descriptor)?.isLoopback ?? false }
}
