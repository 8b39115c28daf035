/// What a mail reader has noted about a message of a Maildir, in its file's name after `:2,`.
public struct MaildirFlags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `D`
    public static let draft = MaildirFlags(rawValue: 1)
    /// `F`
    public static let flagged = MaildirFlags(rawValue: 2)
    /// `P`: resent, forwarded or bounced.
    public static let passed = MaildirFlags(rawValue: 4)
    /// `R`
    public static let replied = MaildirFlags(rawValue: 8)
    /// `S`
    public static let seen = MaildirFlags(rawValue: 16)
    /// `T`: to be deleted.
    public static let trashed = MaildirFlags(rawValue: 32)

    /// In the order in which they are written.
    private static let letters = Array("DFPRST".utf8)

    /// The flags of a file with that name; letters that have no meaning are left out.
    public init(fileName: some StringProtocol) {
        self.init()
        guard let info = fileName.split(separator: ":", maxSplits: 1).dropFirst().first, info.hasPrefix("2,") else {
            return
        }
        for letter in info.dropFirst(2).utf8 {
            guard let bit = Self.letters.firstIndex(of: letter) else { continue }
            insert(MaildirFlags(rawValue: 1 << UInt8(bit)))
        }
    }

    /// The letters, in alphabetical order, as they stand in a file's name.
    public var text: String {
        let set = Self.letters.indices.filter { contains(MaildirFlags(rawValue: 1 << UInt8($0))) }
        return String(decoding: set.map { Self.letters[$0] }, as: UTF8.self)
    }
}
