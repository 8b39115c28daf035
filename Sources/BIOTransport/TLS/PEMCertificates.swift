import COpenSSL

/// The certificates of a PEM text, freed together.
@safe
struct PEMCertificates: ~Copyable {
    private var pointers: [OpaquePointer] = unsafe []

    init(_ text: String) {
        let bytes = Array(text.utf8)
        unsafe bytes.withUnsafeBytes { bytes in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return }
            defer { unsafe BIO_free(bio) }
            while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
                unsafe pointers.append(certificate)
            }
        }
        // Reading ends with "no start line".
        OpenSSLErrors.clear()
    }

    deinit {
        for index in indices { unsafe X509_free(pointers[index]) }
    }

    var isEmpty: Bool { unsafe pointers.isEmpty }
    var indices: Range<Int> { unsafe pointers.indices }

    /// The certificate at `index`, valid while this value lives.
    subscript(index: Int) -> OpaquePointer { unsafe pointers[index] }
}
