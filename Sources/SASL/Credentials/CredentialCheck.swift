/// The part of a credential that an error is about.
public enum CredentialField: String, Sendable {
    case user = "user name"
    case secret = "password"
    case token = "access token"
    case authorizationIdentity = "authorization identity"
}

/// Refuses what could end a command line or a field early: CR, LF, NUL and all other ASCII control characters.
///
/// SASLprep (RFC 4013) forbids the same characters. Its normalisation of characters outside ASCII is not applied: such
/// names and passwords are sent as the UTF-8 they came in, which is right wherever they were entered in normal form C.
enum CredentialCheck {
    static func text(_ text: String, as field: CredentialField) throws(AuthenticationError) {
        guard !text.utf8.isEmpty else { throw .invalidCredential(field, .empty) }
        for byte in text.utf8 where byte.isASCIIControl { throw .invalidCredential(field, .forbiddenCharacter) }
    }

    static func secret(_ secret: Secret) throws(AuthenticationError) {
        try secret.withBytes { bytes throws(AuthenticationError) in
            guard !bytes.isEmpty else { throw .invalidCredential(.secret, .empty) }
            guard bytes.count <= Secret.maximumLength else { throw .invalidCredential(.secret, .tooLong) }
            for index in bytes.indices where bytes[index].isASCIIControl {
                throw .invalidCredential(.secret, .forbiddenCharacter)
            }
        }
    }

    /// A bearer token is a run of visible ASCII characters (RFC 6750 §2.1).
    static func token(_ token: Secret) throws(AuthenticationError) {
        try token.withBytes { bytes throws(AuthenticationError) in
            guard !bytes.isEmpty else { throw .invalidCredential(.token, .empty) }
            guard bytes.count <= Secret.maximumLength else { throw .invalidCredential(.token, .tooLong) }
            for index in bytes.indices where !(0x21...0x7E).contains(bytes[index]) {
                throw .invalidCredential(.token, .forbiddenCharacter)
            }
        }
    }
}

extension UInt8 {
    var isASCIIControl: Bool { self < 0x20 || self == 0x7F }
}
