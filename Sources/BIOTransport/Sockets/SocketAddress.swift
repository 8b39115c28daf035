import Glibc

/// An IP address and a port, as the system's calls take them (ip(7), ipv6(7)).
@safe
struct SocketAddress: Sendable {
    private var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// Nil where the lookup gave no address, or none of this kind.
    init?(_ info: addrinfo) {
        guard let address = unsafe info.ai_addr, unsafe info.ai_addrlen <= length else { return nil }
        length = unsafe info.ai_addrlen
        // The system says how long the address is, and it has been found to fit.
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
        }
    }

    /// The socket's own address; nil where it has none.
    init?(of descriptor: Int32) {
        let status = unsafe withMutablePointer { unsafe getsockname(descriptor, $0, &$1) }
        guard status == 0 else { return nil }
    }

    /// The address that the socket is connected to; nil where there is none.
    init?(peerOf descriptor: Int32) {
        let status = unsafe withMutablePointer { unsafe getpeername(descriptor, $0, &$1) }
        guard status == 0 else { return nil }
    }

    /// Looks up `host` (getaddrinfo(3)): the addresses, in the order that the system prefers, or why there are none. It
    /// may block for long, unless `flags` have it take numeric addresses only.
    static func find(_ host: String, flags: Int32) -> Result<[SocketAddress], LookupFailure> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else { return .failure(LookupFailure(reason: unsafe String(cString: gai_strerror(status)))) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = unsafe list
        while let info = unsafe entry?.pointee {
            if let address = unsafe SocketAddress(info) { addresses.append(address) }
            unsafe entry = info.ai_next
        }
        return .success(addresses)
    }

    struct LookupFailure: Error {
        let reason: String
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// In both families it is kept, in network order, after the two bytes of the family.
    var port: Int {
        get { unsafe withUnsafeBytes(of: storage) { unsafe Int($0[2]) << 8 | Int($0[3]) } }
        set {
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0[2] = UInt8(truncatingIfNeeded: newValue >> 8)
                unsafe $0[3] = UInt8(truncatingIfNeeded: newValue)
            }
        }
    }

    /// A socket of this family for TCP, non-blocking and never inherited, that is the caller's; -1 with errno.
    func makeSocket() -> Int32 {
        socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    }

    /// The numeric address, without the port.
    var text: String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
            let status = unsafe withPointer { address, length in
                unsafe getnameinfo(
                    address, length, buffer.baseAddress, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
            }
            guard status == 0, let start = buffer.baseAddress else { return "an address that has no name" }
            return unsafe String(cString: start)
        }
    }

    /// Whether it is on this machine: 127.0.0.0/8, ::1, or an IPv4 loopback address mapped.
    var isLoopback: Bool {
        unsafe withUnsafeBytes(of: storage) { bytes in
            switch family {
            case AF_INET: return unsafe bytes[4] == 127
            case AF_INET6:
                // After family, port and flow label.
                let address = unsafe bytes[8..<24]
                return unsafe address.elementsEqual([UInt8](repeating: 0, count: 15) + [1])
                    || (address.prefix(12).elementsEqual([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF])
                        && address[20] == 127)
            default: return false
            }
        }
    }

    /// The address for a system's call; the pointer is valid within `body` only.
    func withPointer<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }

    private mutating func withMutablePointer<Value>(
        _ body: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Value
    ) -> Value {
        unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, &length) }
        }
    }
}
