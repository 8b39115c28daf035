import Digests
import Testing

@testable import MailStores

@Suite("What makes a message in a Maildir the same one")
struct MaildirKeyTests {
    @Test("account and id are told apart however they run together")
    func keys() throws {
        let hash = try RunningDigest(.sha256)
        let digest = [UInt8](repeating: 7, count: 32)
        let keys = [("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc")].map { account, id in
            MaildirKey(account: account, uidl: Array(id.utf8), contentDigest: digest, hash: hash)
        }
        #expect(Set(keys).count == 4)
    }

    @Test("a key is read from the name of its file only, whatever flags follow")
    func keyOfName() throws {
        let key = MaildirKey(
            account: "a", uidl: nil, contentDigest: [UInt8](repeating: 7, count: 32), hash: try RunningDigest(.sha256))
        let name = key.fileName(size: 1).dropLast().map { UInt8(bitPattern: $0) }
        #expect(MaildirKey(fileName: name) == key)
        #expect(MaildirKey(fileName: name + ":2,RS".utf8) == key)
        #expect(MaildirKey(fileName: name.dropFirst() + []) == nil)
        // Numbers may have a sign, names do not.
        #expect(MaildirKey(fileName: [UInt8(ascii: "+")] + name.dropFirst()) == nil)
        #expect(MaildirKey(fileName: Array(name[..<20])) == nil)
    }
}
