/// What a winmail.dat holds: a message as Outlook sends it to its like (MS-OXTNEF). Formats behind it, such as a
/// calendar's, are not read.
public struct TNEFContents: Sendable {
    public struct File: Sendable {
        /// As the sender gives it; it may hold anything, separators of paths too: never use it as a path as it is.
        public fileprivate(set) var name: String?
        /// Such as `image/png`; of an embedded message `application/ms-tnef`, whose `content` can be read in the same
        /// way.
        public fileprivate(set) var contentType: String?
        /// Without angle brackets.
        public fileprivate(set) var contentID: String?
        public fileprivate(set) var content = MessageBytes([UInt8]())
    }

    public private(set) var subject: String?
    /// Such as `IPM.Note`.
    public private(set) var messageClass: String?
    public private(set) var text: String?
    public private(set) var html: String?
    /// Decompressed (MS-OXRTFCP).
    public private(set) var rtf: MessageBytes?
    public private(set) var files: [File] = []
    /// Whether it ends early, or a checksum is wrong. What could be read was.
    public private(set) var isDamaged = false

    private var charset = Charset.windows1252

    /// No message has more files.
    private static let fileLimit = 1_000
    private static let signature = 0x223E_9F78

    /// Reads the content of a winmail.dat; nil where it is none. O(n), without recursion.
    public init?(_ content: MessageBytes) {
        let octets = content
        var reader = LittleEndianReader(octets, 0..<content.count)
        guard reader.long() == Self.signature, reader.short() != nil else { return nil }
        while reader.remaining > 0 {
            guard reader.byte() != nil, let id = reader.long(), let length = reader.long(),
                let data = reader.take(length),
                let checksum = reader.short()
            else {
                isDamaged = true
                break
            }
            if octets[data].reduce(0, { ($0 + Int($1)) & 0xFFFF }) != checksum { isDamaged = true }
            read(id, content, data)
        }
    }

    private mutating func read(_ id: Int, _ content: MessageBytes, _ data: Range<Int>) {
        let octets = content[data]
        switch id {
        case 0x0006_9007:
            var reader = LittleEndianReader(content, data)
            if let page = reader.long() { charset = Charset(codePage: page) }
        case 0x0001_8004: subject = subject ?? string(octets)
        case 0x0007_8008: messageClass = messageClass ?? string(octets)
        case 0x0002_800C: text = text ?? string(octets)
        case 0x0006_9003: readMessageProperties(content, data)
        case 0x0006_9002 where files.count < Self.fileLimit: files.append(File())
        case 0x0001_8010 where !files.isEmpty:
            if files[files.count - 1].name == nil { files[files.count - 1].name = string(octets) }
        case 0x0006_800F where !files.isEmpty: files[files.count - 1].content = content.extracting(data)
        case 0x0006_9005 where !files.isEmpty: readFileProperties(content, data)
        default: break
        }
    }

    private mutating func readMessageProperties(_ content: MessageBytes, _ data: Range<Int>) {
        var properties = MAPIProperties(content, data)
        while let property = properties.next() {
            switch property.id {
            case 0x0037: subject = string(property) ?? subject
            case 0x1000: text = string(property) ?? text
            case 0x1009: rtf = rtf ?? CompressedRTF.decompress(content, property.range)
            case 0x1013: html = string(property) ?? html
            default: break
            }
        }
        if properties.isDamaged { isDamaged = true }
    }

    private mutating func readFileProperties(_ content: MessageBytes, _ data: Range<Int>) {
        var file = files[files.count - 1]
        var properties = MAPIProperties(content, data)
        while let property = properties.next() {
            switch property.id {
            // The long name is the one that people see.
            case 0x3707: file.name = string(property) ?? file.name
            case 0x3704: file.name = file.name ?? string(property)
            case 0x370E: file.contentType = string(property) ?? file.contentType
            case 0x3712: file.contentID = string(property)?.trimming("<", ">") ?? file.contentID
            case 0x3701 where property.type == .object && property.range.count > 16:
                // An embedded message stands behind the identifier of its interface.
                file.content = content.extracting((property.range.lowerBound + 16)..<property.range.upperBound)
                file.contentType = "application/ms-tnef"
            case 0x3701 where file.content.isEmpty: file.content = content.extracting(property.range)
            default: break
            }
        }
        if properties.isDamaged { isDamaged = true }
        files[files.count - 1] = file
    }

    private func string(_ property: MAPIProperties.Property) -> String? {
        property.type == .unicode
            ? Charset("utf-16le").decode(property.octets).text.withoutNULs.nonEmpty : string(property.octets)
    }

    private func string(_ octets: some Collection<UInt8>) -> String? {
        charset.decode(octets.prefix { $0 != 0 }).text.nonEmpty
    }
}

extension MIMEPart {
    /// What a winmail.dat holds: an application/ms-tnef, or a file of that name; nil for others. O(n).
    public var tnefContents: TNEFContents? {
        switch contentType.mediaType {
        case "application/ms-tnef", "application/vnd.ms-tnef": break
        default: guard filename?.lowercased() == "winmail.dat" else { return nil }
        }
        return TNEFContents(decodedBody().bytes)
    }
}

extension Charset {
    /// The charset that Windows knows by a number.
    init(codePage: Int) {
        switch codePage {
        case 65001: self = .utf8
        case 20127: self = .ascii
        case 1250...1258: self.init("windows-\(codePage)")
        case 28591...28605: self.init("iso-8859-\(codePage - 28590)")
        case 20866: self.init("koi8-r")
        case 21866: self.init("koi8-u")
        case 50220...50222: self.init("iso-2022-jp")
        case 51932: self.init("euc-jp")
        case 54936: self.init("gb18030")
        default: self.init("cp\(codePage)")
        }
    }
}

extension String {
    fileprivate var withoutNULs: String { String(prefix { $0 != "\0" }) }

    fileprivate func trimming(_ first: Character, _ last: Character) -> String {
        self.first == first && self.last == last && count >= 2 ? String(dropFirst().dropLast()) : self
    }
}
