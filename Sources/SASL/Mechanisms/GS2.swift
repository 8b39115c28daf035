/// The header that SCRAM and OAUTHBEARER share with GSS-API (RFC 5801 §4).
enum GS2 {
    /// `name` as a saslname: `,` and `=` would end or fake an attribute and are written `=2C` and `=3D` (RFC 5802
    /// §5.1).
    static func escaped(_ name: String) -> [UInt8] {
        name.utf8.flatMap { byte in
            switch byte {
            case UInt8(ascii: ","): Array("=2C".utf8)
            case UInt8(ascii: "="): Array("=3D".utf8)
            default: [byte]
            }
        }
    }
}

/// What the client says about binding the login to the TLS connection (RFC 5802 §6).
package enum ChannelBinding: Sendable, Equatable {
    /// The client has no binding to offer.
    case unsupported
    /// The client could bind but the server does not offer it. A server that did offer it then knows that somebody in
    /// the middle took the offer away.
    case notOffered
    /// `tls-exporter` (RFC 9266): the bytes exported under ``exporterLabel`` with an empty context.
    case tlsExporter([UInt8])

    /// The label for `SSL_export_keying_material` (RFC 9266 §2).
    package static let exporterLabel = "EXPORTER-Channel-Binding"
    /// The number of bytes to export (RFC 9266 §2).
    package static let exporterLength = 32

    var flag: String {
        switch self {
        case .unsupported: "n"
        case .notOffered: "y"
        case .tlsExporter: "p=tls-exporter"
        }
    }

    var data: [UInt8] {
        if case .tlsExporter(let data) = self { data } else { [] }
    }
}
