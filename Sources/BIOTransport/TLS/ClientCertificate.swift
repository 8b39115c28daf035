public import Digests

extension TLSConfiguration {
    /// A certificate that the client shows, with its private key.
    public struct ClientCertificate: Sendable {
        package enum Source: Sendable, Equatable {
            case pemFiles(certificate: String, key: String)
            case pem(certificates: String, key: Secret)
            case pkcs12File(String)
            case pkcs12([UInt8])
        }

        package let source: Source
        /// What decrypts the private key; nil where it is not encrypted.
        package let passphrase: Secret?

        /// A certificate and its key in PEM files. The files are read again once they have changed.
        ///
        /// - Parameters:
        ///   - certificateFile: the certificate, followed by its chain.
        ///   - keyFile: the private key.
        ///   - passphrase: decrypts the key; nil where it is not encrypted.
        public init(certificateFile: String, keyFile: String, passphrase: Secret? = nil) {
            source = .pemFiles(certificate: certificateFile, key: keyFile)
            self.passphrase = passphrase
        }

        /// A certificate and its key in memory.
        ///
        /// - Parameters:
        ///   - certificatePEM: the certificate, followed by its chain.
        ///   - keyPEM: the private key.
        ///   - passphrase: decrypts the key; nil where it is not encrypted.
        public init(certificatePEM: String, keyPEM: Secret, passphrase: Secret? = nil) {
            source = .pem(certificates: certificatePEM, key: keyPEM)
            self.passphrase = passphrase
        }

        /// A PKCS#12 file (RFC 7292), often named `.p12` or `.pfx`: the certificate, its chain and its key. The file is
        /// read again once it has changed.
        public init(pkcs12File: String, passphrase: Secret? = nil) {
            source = .pkcs12File(pkcs12File)
            self.passphrase = passphrase
        }

        /// The contents of a PKCS#12 file (RFC 7292).
        public init(pkcs12: [UInt8], passphrase: Secret? = nil) {
            source = .pkcs12(pkcs12)
            self.passphrase = passphrase
        }
    }
}

extension TLSConfiguration.ClientCertificate: Hashable {
    public func hash(into hasher: inout Hasher) {
        // Without the secrets: equal values still have equal hashes.
        switch source {
        case .pemFiles(let certificate, let key): hasher.combine([certificate, key])
        case .pem(let certificates, _): hasher.combine(certificates)
        case .pkcs12File(let path): hasher.combine(path)
        case .pkcs12(let bytes): hasher.combine(bytes)
        }
    }
}

extension TLSConfiguration {
    /// The files that the configuration is read from.
    var files: [String] {
        var paths: [String] = []
        if case .file(let path) = trustRoots { paths.append(path) }
        switch clientCertificate?.source {
        case .pemFiles(let certificate, let key): paths += [certificate, key]
        case .pkcs12File(let path): paths.append(path)
        case .pem, .pkcs12, nil: break
        }
        return paths
    }
}
