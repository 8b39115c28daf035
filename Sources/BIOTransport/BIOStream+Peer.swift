import Glibc

extension BIOStream {
    /// Whether the peer is on this machine, so that nobody else can read along.
    package var isLoopback: Bool {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let status = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe getpeername(descriptor, address, &length)
            }
            guard status == 0 else { return false }
            let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: Int(length))
            switch unsafe Int32(pointer.pointee.ss_family) {
            case AF_INET: return unsafe bytes[4] == 127
            case AF_INET6:
                // The address follows family, port and flow label: ::1, or an IPv4 loopback address mapped.
                let address = unsafe bytes[8..<24]
                return unsafe address.elementsEqual([UInt8](repeating: 0, count: 15) + [1])
                    || (address.prefix(12).elementsEqual([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF])
                        && address[20] == 127)
            default: return false
            }
        }
    }
}
