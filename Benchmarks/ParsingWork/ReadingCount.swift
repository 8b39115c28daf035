package import MIME

/// What full readings of mails have found, in the order of `Peers/peer.h`: each does the same work, and the counts show
/// that it was done.
package struct ReadingCount: CustomStringConvertible {
    package var leaves = 0
    package private(set) var content = 0
    package private(set) var text = 0
    package private(set) var subject = 0
    package private(set) var addresses = 0
    package private(set) var dates = 0
    private var memory = DecodingMemory()

    package init() {}

    /// Counts from nothing; memory for what is decoded is kept.
    package mutating func begin() {
        (leaves, content, text) = (0, 0, 0)
        (subject, addresses, dates) = (0, 0, 0)
    }

    package var description: String { "\(leaves) \(content) \(text) \(subject) \(addresses) \(dates)" }

    /// Everything that was found, as one number.
    package var sum: Int { leaves + content + text + subject + addresses + dates }

    package mutating func read(_ document: MIMEDocument) {
        let mail = Mail(document)
        subject += mail.subject?.utf8.count ?? 0
        for list in [mail.from, mail.to, mail.cc] {
            for address in list { addresses += address.group?.count ?? 1 }
        }
        if mail.date != nil { dates += 1 }
        for part in document.parts where part.kind == .leaf {
            leaves += 1
            if part.isText {
                text += part.decodedText(in: &memory).utf8Count
            } else {
                content += part.decodedBody(in: &memory).bytes.count
            }
        }
    }
}
