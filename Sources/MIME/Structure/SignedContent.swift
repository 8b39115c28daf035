/// What a multipart/signed holds (RFC 1847 §2.1): a part, and a signature over its exact octets, by S/MIME (RFC 8551)
/// or OpenPGP (RFC 3156). Nothing is verified here.
public struct SignedContent: Sendable {
    public let content: MIMEPart
    public let signature: MIMEPart
    /// The type of the signature, such as `application/pkcs7-signature`; empty where the message leaves it out.
    public let signatureProtocol: String
    /// The digests that the message names (`micalg`), such as `sha-256` or `pgp-sha512`, in lower case.
    public let digestAlgorithms: [String]

    /// The octets that were signed, as they came: header and body of `content` without the line end before the
    /// delimiter.
    public var octets: MessageBytes { content.octets }

    /// The octets that were signed in the form that signatures are made over, with CRLF line ends (RFC 1847 §2.1): what
    /// a message has that came by way of a file with LF alone. O(n).
    public var canonicalOctets: MessageBytes { LineEnds.network(content.octets) }
}

/// What a multipart/encrypted holds (RFC 1847 §2.2): the parameters of the encryption, and the encrypted octets.
public struct EncryptedContent: Sendable {
    /// What the protocol needs to know, such as `Version: 1` (RFC 3156 §4).
    public let control: MIMEPart
    public let data: MIMEPart
    /// Such as `application/pgp-encrypted`; empty where the message leaves it out.
    public let encryptionProtocol: String
}

extension MIMEPart {
    /// Header and body as they came, without the line end before the delimiter; no copy.
    public var octets: MessageBytes { document.bytes(of: record.whole) }

    /// Content and signature of a multipart/signed; nil for other parts, and for one that does not hold two parts.
    public var signedContent: SignedContent? {
        guard kind == .multipart, contentType.subtype == "signed" else { return nil }
        let children = children
        guard children.count == 2 else { return nil }
        let names = contentType[parameter: "micalg"]?.lowercased().split(separator: ",") ?? []
        return SignedContent(
            content: children[0], signature: children[1],
            signatureProtocol: contentType[parameter: "protocol"]?.lowercased() ?? "",
            digestAlgorithms: names.map { String($0.filter { !$0.isWhitespace }) })
    }

    /// The two halves of a multipart/encrypted; nil for other parts, and for one that does not hold two parts.
    public var encryptedContent: EncryptedContent? {
        guard kind == .multipart, contentType.subtype == "encrypted" else { return nil }
        let children = children
        guard children.count == 2 else { return nil }
        return EncryptedContent(
            control: children[0], data: children[1],
            encryptionProtocol: contentType[parameter: "protocol"]?.lowercased() ?? "")
    }

    /// What an application/pkcs7-mime holds (RFC 8551 §3.2.2), such as `signed-data` or `enveloped-data`, in lower
    /// case; nil for other types, and where the message does not say.
    public var smimeType: String? {
        switch contentType.mediaType {
        case "application/pkcs7-mime", "application/x-pkcs7-mime": contentType[parameter: "smime-type"]?.lowercased()
        default: nil
        }
    }
}
