internal import ByteCoding
import COpenSSL
import Glibc

/// The names that a certificate is made out to, for errors: escaped and bounded.
enum CertificateNames {
    /// Certificates of large providers have a hundred names and more; so many are shown.
    private static let countLimit = 8
    /// A host's name has 253 bytes at most (RFC 1035 §3.1).
    private static let lengthLimit = 253

    /// The names of the certificate that `ssl` did not accept.
    static func ofRejected(by ssl: OpaquePointer?) -> [String] {
        guard let ssl = unsafe ssl, let certificate = unsafe sluice_SSL_get0_shown_certificate(ssl),
            let names = unsafe sluice_X509_get1_subject_names(certificate)
        else { return [] }
        defer { unsafe GENERAL_NAMES_free(names) }
        var texts: [String] = []
        for index in 0..<(unsafe sluice_GENERAL_NAMES_num(names)) {
            var start: UnsafePointer<UInt8>?
            var count: Int32 = 0
            let type = unsafe sluice_GENERAL_NAMES_get0(names, index, &start, &count)
            guard type >= 0 else { continue }
            if texts.count == countLimit { return texts + ["…"] }
            let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
            texts.append(type == GEN_IPADD ? address(bytes) : EscapedText(bytes, upTo: lengthLimit).description)
        }
        return texts
    }

    /// An address of 4 or 16 bytes as people write it.
    private static func address(_ bytes: [UInt8]) -> String {
        let family = bytes.count == 4 ? AF_INET : bytes.count == 16 ? AF_INET6 : AF_UNSPEC
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else {
            return EscapedText(bytes, upTo: lengthLimit).description
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
