/// Who may log in, with what, and to which mail.
public struct SandboxAccount: Sendable {
    public var user: String
    public var password: String
    /// The OAuth token for XOAUTH2 and OAUTHBEARER; nil where they are not to succeed.
    public var token: String?
    package let mailbox: Mailbox

    /// Sessions of this account, and of copies of it, see the same maildrop and each other's committed deletions.
    public init(user: String, password: String, token: String? = nil, maildrop: any SandboxMaildrop) {
        self.user = user
        self.password = password
        self.token = token
        mailbox = Mailbox(maildrop)
    }
}

extension SandboxAccount: CustomStringConvertible {
    /// The name only.
    public var description: String { user }
}

extension SandboxAccount {
    /// The places in the maildrop of the messages whose deletion was committed.
    package var deletedIndices: [Int] { mailbox.deletedIndices }
}
