import COpenSSL

extension BIOStream {
    /// Whether the peer is on this machine, so that nobody else can read along.
    package var isLoopback: Bool {
        link?.memory.isLoopback ?? descriptor.flatMap { SocketAddress(peerOf: $0) }?.isLoopback ?? false
    }
}

extension BIOStream {
    /// The common name of the verified certificate that the peer, a client, has shown; nil if it has shown none.
    package func peerCommonName() -> String? {
        guard let ssl = unsafe ssl, let certificate = unsafe sluice_SSL_get1_peer_certificate(ssl) else { return nil }
        defer { unsafe X509_free(certificate) }
        guard unsafe SSL_get_verify_result(ssl) == Int(X509_V_OK) else { return nil }
        var buffer = [CChar](repeating: 0, count: 256)
        let length = unsafe X509_NAME_get_text_by_NID(
            X509_get_subject_name(certificate), NID_commonName, &buffer, Int32(buffer.count))
        guard length > 0 else { return nil }
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
