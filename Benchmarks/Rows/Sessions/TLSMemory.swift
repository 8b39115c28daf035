import COpenSSL
import POP3Sandbox

/// With TLS: the server encrypts into memory while the row is prepared, and the client decrypts out of it.
final class TLSMemory: MemoryTransport {
    private let octets: [UInt8]
    private let server: OpaquePointer
    let bio: OpaquePointer

    init(_ octets: [UInt8]) throws {
        self.octets = octets
        let (clientContext, serverContext) = (try Self.clientContext(), try Self.serverContext())
        // The connections hold their contexts.
        defer {
            SSL_CTX_free(clientContext)
            SSL_CTX_free(serverContext)
        }
        guard let bio = BIO_new_ssl(clientContext, 1), let client = sluice_BIO_get_ssl(bio),
            let server = SSL_new(serverContext),
            let toClient = BIO_new(BIO_s_mem()), let toServer = BIO_new(BIO_s_mem())
        else { throw MemoryTransportError.allocation }
        SSL_set_accept_state(server)
        // Each side takes a reference of its own.
        BIO_up_ref(toClient)
        BIO_up_ref(toServer)
        SSL_set_bio(client, toClient, toServer)
        SSL_set_bio(server, toServer, toClient)
        self.bio = bio
        self.server = server
        for _ in 0..<4 where SSL_do_handshake(client) != 1 { SSL_do_handshake(server) }
        guard SSL_in_init(client) == 0, SSL_do_handshake(server) == 1 else { throw MemoryTransportError.handshake }
    }

    deinit {
        BIO_free_all(bio)
        SSL_free(server)
    }

    func prepare() throws {
        var written = 0
        while written < octets.count {
            let count = octets.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                return SSL_write(server, rest.baseAddress, Int32(clamping: rest.count))
            }
            guard count > 0 else { throw MemoryTransportError.write }
            written += Int(count)
        }
    }

    /// As the library's own, but for trust, which costs nothing after the handshake.
    private static func clientContext() throws -> OpaquePointer {
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw MemoryTransportError.allocation }
        sluice_SSL_CTX_set_modes(context)
        sluice_SSL_CTX_set_read_ahead(context, 64 * 1024)
        return context
    }

    private static func serverContext() throws -> OpaquePointer {
        let identity = try CertificateAuthority().issue(.localServer)
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw MemoryTransportError.allocation }
        let hasCertificate = withBIO(over: identity.certificatePEM) { pem in
            let certificate = PEM_read_bio_X509(pem, nil, nil, nil)
            defer { X509_free(certificate) }
            return SSL_CTX_use_certificate(context, certificate) == 1
        }
        let hasKey = withBIO(over: identity.privateKeyPEM) { pem in
            let key = PEM_read_bio_PrivateKey(pem, nil, nil, nil)
            defer { EVP_PKEY_free(key) }
            return SSL_CTX_use_PrivateKey(context, key) == 1
        }
        guard hasCertificate, hasKey else {
            SSL_CTX_free(context)
            throw MemoryTransportError.handshake
        }
        return context
    }

    private static func withBIO(over text: String, _ body: (OpaquePointer?) -> Bool) -> Bool {
        let octets = Array(text.utf8)
        return octets.withUnsafeBytes { bytes in
            let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            defer { BIO_free(bio) }
            return body(bio)
        }
    }
}
