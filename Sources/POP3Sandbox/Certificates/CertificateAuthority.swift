import COpenSSL

/// A certificate authority that lives as long as the sandbox: it makes its own root at start-up and signs with it.
@safe
package final class CertificateAuthority: Sendable {
    private let key: SigningKey
    private let root: Certificate
    package let certificatePEM: String

    /// Makes a P-256 key and a root certificate that is valid for 30 days.
    package init(commonName: String = "POP3 sandbox CA") throws(SandboxError) {
        key = try SigningKey()
        let request = CertificateRequest(use: .authority, commonName: commonName)
        root = try Certificate(request, for: key, issuer: nil, signedWith: key)
        certificatePEM = try root.pem()
    }

    /// A certificate with a new P-256 key, signed by this authority.
    package func issue(_ request: CertificateRequest) throws(SandboxError) -> SandboxIdentity {
        let subject = try SigningKey()
        let certificate = try Certificate(request, for: subject, issuer: root, signedWith: key)
        return SandboxIdentity(certificatePEM: try certificate.pem(), privateKeyPEM: try subject.pem())
    }

    /// A certificate that is its own issuer.
    package static func selfSigned(_ request: CertificateRequest) throws(SandboxError) -> SandboxIdentity {
        let key = try SigningKey()
        let certificate = try Certificate(request, for: key, issuer: nil, signedWith: key)
        return SandboxIdentity(certificatePEM: try certificate.pem(), privateKeyPEM: try key.pem())
    }
}

/// The certificate a server shows, by the faults asked for.
extension CertificateAuthority {
    package func serverIdentity(faults: Set<SandboxFault>) throws(SandboxError) -> SandboxIdentity {
        var request = CertificateRequest.localServer
        if faults.contains(.certWrongHost) {
            request.dnsNames = [Array("pop.elsewhere.example".utf8)]
            request.addresses = []
        }
        if faults.contains(.certNulName) {
            request.dnsNames = [Array("localhost\0.attacker.example".utf8)]
            request.addresses = []
        }
        if faults.contains(.certExpired) { request.validity = -86_400 * 30 ... -86_400 }
        if faults.contains(.certSelfSigned) { return try Self.selfSigned(request) }
        if faults.contains(.certUnknownRoot) {
            return try CertificateAuthority(commonName: "Unknown CA").issue(request)
        }
        return try issue(request)
    }
}

/// An EVP_PKEY, freed in one place.
@safe
private final class SigningKey: Sendable {
    // Safe to share: the key is not changed after `init`, and OpenSSL counts references atomically.
    nonisolated(unsafe) let pointer: OpaquePointer

    init() throws(SandboxError) {
        guard let key = unsafe sluice_EVP_P256_gen() else { throw .certificateNotMade(step: "the P-256 key") }
        unsafe pointer = unsafe key
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    func pem() throws(SandboxError) -> String {
        try unsafe pemText { unsafe PEM_write_bio_PrivateKey($0, pointer, nil, nil, 0, nil, nil) }
    }
}

/// An X509, freed in one place.
@safe
private final class Certificate: Sendable {
    // Safe to share: the certificate is not changed after `init`.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// A certificate without `issuer` is issued by itself.
    init(
        _ request: CertificateRequest, for subject: SigningKey, issuer: Certificate?, signedWith key: SigningKey
    ) throws(SandboxError) {
        guard let x509 = unsafe X509_new() else { throw .certificateNotMade(step: "allocation") }
        unsafe pointer = unsafe x509
        var serial: UInt64 = 0
        unsafe withUnsafeMutableBytes(of: &serial) { bytes in
            _ = unsafe RAND_bytes(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), 8)
        }
        unsafe ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial >> 1)
        // Version 3 is written as 2 (RFC 5280 §4.1.2.1).
        unsafe X509_set_version(x509, 2)
        unsafe X509_gmtime_adj(X509_getm_notBefore(x509), request.validity.lowerBound)
        unsafe X509_gmtime_adj(X509_getm_notAfter(x509), request.validity.upperBound)
        unsafe X509_set_pubkey(x509, subject.pointer)
        try name(request.commonName, issuer: issuer)
        try extend(request, issuer: issuer)
        guard unsafe X509_sign(x509, key.pointer, EVP_sha256()) > 0 else {
            throw .certificateNotMade(step: "the signature")
        }
    }

    deinit { unsafe X509_free(pointer) }

    func pem() throws(SandboxError) -> String {
        try unsafe pemText { unsafe PEM_write_bio_X509($0, pointer) }
    }

    private func name(_ commonName: String, issuer: Certificate?) throws(SandboxError) {
        let subject = unsafe X509_get_subject_name(pointer)
        let text = Array(commonName.utf8)
        guard
            unsafe X509_NAME_add_entry_by_NID(
                subject, NID_commonName, V_ASN1_UTF8STRING, text, Int32(clamping: text.count), -1, 0) == 1,
            unsafe X509_set_issuer_name(pointer, X509_get_subject_name(issuer?.pointer ?? pointer)) == 1
        else { throw .certificateNotMade(step: "the name") }
    }

    private func extend(_ request: CertificateRequest, issuer: Certificate?) throws(SandboxError) {
        let usage: [(Int32, String)] =
            switch request.use {
            case .authority: [(NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign")]
            case .server: [(NID_basic_constraints, "critical,CA:FALSE"), (NID_ext_key_usage, "serverAuth")]
            case .client: [(NID_basic_constraints, "critical,CA:FALSE"), (NID_ext_key_usage, "clientAuth")]
            }
        let issuerPointer = unsafe issuer?.pointer ?? pointer
        for (identifier, value) in usage + [
            (NID_subject_key_identifier, "hash"), (NID_authority_key_identifier, "keyid"),
        ] {
            guard unsafe sluice_X509_add_extension(pointer, issuerPointer, identifier, value) == 1 else {
                throw .certificateNotMade(step: "extension \(identifier)")
            }
        }
        guard !(request.dnsNames.isEmpty && request.addresses.isEmpty) else { return }
        let names = unsafe GENERAL_NAMES_new()
        defer { unsafe GENERAL_NAMES_free(names) }
        for name in request.dnsNames { unsafe sluice_GENERAL_NAMES_add(names, GEN_DNS, name, Int32(name.count)) }
        for address in request.addresses {
            unsafe sluice_GENERAL_NAMES_add(names, GEN_IPADD, address, Int32(address.count))
        }
        guard unsafe sluice_X509_add_subject_names(pointer, names) == 1 else {
            throw .certificateNotMade(step: "the subject's alternative names")
        }
    }
}

/// The text that `write` puts into a memory BIO.
private func pemText(_ write: (OpaquePointer) -> Int32) throws(SandboxError) -> String {
    guard let bio = unsafe BIO_new(BIO_s_mem()) else { throw .certificateNotMade(step: "allocation") }
    defer { unsafe BIO_free(bio) }
    guard unsafe write(bio) == 1 else { throw .certificateNotMade(step: "PEM text") }
    var start: UnsafeMutablePointer<CChar>?
    let count = unsafe sluice_BIO_get_mem_data(bio, &start)
    // The bytes belong to the BIO, which lives to the end of this function.
    return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
}
