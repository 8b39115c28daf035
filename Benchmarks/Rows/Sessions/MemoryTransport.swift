import COpenSSL

/// A connection whose octets are in memory already.
protocol MemoryTransport: AnyObject {
    /// What octets are read from.
    var bio: OpaquePointer { get }
    /// Has the server's octets be there once more.
    func prepare() throws
}

extension MemoryTransport {
    /// Reads what fits; at least one octet.
    func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = BIO_read(bio, space.baseAddress, Int32(clamping: space.count))
        guard count > 0 else { throw MemoryTransportError.read }
        return Int(count)
    }
}

/// Which step in OpenSSL failed.
enum MemoryTransportError: Error {
    case allocation, handshake, write, read
}

/// Without TLS.
final class PlainMemory: MemoryTransport {
    private let memory: UnsafeMutableRawBufferPointer
    let bio: OpaquePointer

    init(_ octets: [UInt8]) throws {
        memory = .allocate(byteCount: octets.count, alignment: 64)
        memory.copyBytes(from: octets)
        guard let bio = BIO_new_mem_buf(memory.baseAddress, Int32(clamping: octets.count)) else {
            memory.deallocate()
            throw MemoryTransportError.allocation
        }
        self.bio = bio
    }

    deinit {
        BIO_free(bio)
        memory.deallocate()
    }

    func prepare() throws {
        // Of memory that is only read this goes back to its beginning (BIO_s_mem(3)).
        _ = BIO_ctrl(bio, BIO_CTRL_RESET, 0, nil)
    }
}
