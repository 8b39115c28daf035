/// What a certificate is to say.
package struct CertificateRequest: Sendable {
    package enum Use: Sendable {
        case authority, server, client
    }

    package var use: Use
    package var commonName: String
    /// DNS names as bytes, so that one may hold a NUL.
    package var dnsNames: [[UInt8]] = []
    /// Addresses in network order, of 4 or 16 bytes.
    package var addresses: [[UInt8]] = []
    /// The first and last second of validity, from now.
    package var validity: ClosedRange<Int> = -86_400...86_400 * 30

    /// A server on this machine: `localhost`, `127.0.0.1` and `::1`.
    package static let localServer = CertificateRequest(
        use: .server, commonName: "localhost", dnsNames: [Array("localhost".utf8)],
        addresses: [[127, 0, 0, 1], [UInt8](repeating: 0, count: 15) + [1]])

    package static func client(commonName: String) -> CertificateRequest {
        CertificateRequest(use: .client, commonName: commonName)
    }
}
