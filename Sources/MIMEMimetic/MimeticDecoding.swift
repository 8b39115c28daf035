import CMimetic
import MIME
import MailStorage

/// mimetic's own reading of addresses, dates and transfer encodings.
struct MimeticDecoding: BackendDecoding {
    func addresses(_ value: MessageBytes, limit: Int) -> [MailAddress] {
        guard let list = MimeticAddresses(value) else { return [] }
        var addresses: [MailAddress] = []
        var group: (name: MessageBytes, members: [MailAddress])?
        func endGroup() {
            if let group { addresses.append(MailAddress(writtenName: group.name, group: group.members)) }
            group = nil
        }
        for index in 0..<min(list.count, limit) {
            let (kind, name, mailbox, domain) = list.address(at: index)
            if kind == SLUICE_MIMETIC_GROUP {
                endGroup()
                group = (Self.withoutColon(name), [])
                continue
            }
            if kind == SLUICE_MIMETIC_MAILBOX { endGroup() }
            guard let address = Self.address(name, mailbox, domain) else { continue }
            if kind == SLUICE_MIMETIC_MEMBER { group?.members.append(address) } else { addresses.append(address) }
        }
        endGroup()
        return addresses
    }

    /// Nil for the empty one that mimetic makes of nothing between two commas.
    private static func address(_ name: MessageBytes, _ mailbox: MessageBytes, _ domain: MessageBytes) -> MailAddress? {
        if name.isEmpty && mailbox.isEmpty && domain.isEmpty { return nil }
        let at: [UInt8] = domain.isEmpty ? [] : [UInt8(ascii: "@")]
        return MailAddress(writtenName: name, address: Array(mailbox) + at + Array(domain))
    }

    /// mimetic leaves the colon in a group's name.
    private static func withoutColon(_ name: MessageBytes) -> MessageBytes {
        name.bytes.last == UInt8(ascii: ":") ? name[0..<name.count - 1] : name
    }

    func date(_ value: MessageBytes) -> MailDate? {
        var date = sluice_mimetic_date()
        let wasRead = unsafe value.withUnsafeBytes { bytes in
            unsafe sluice_mimetic_date_parse(bytes.baseAddress, bytes.count, &date)
        }
        guard wasRead != 0, !Self.isBeginningOf1970(date) || Self.holds(value, "70") else { return nil }
        return MailDate(
            day: (Int(date.year), Int(date.month), Int(date.day)),
            clock: (Int(date.hour), Int(date.minute), Int(date.second)),
            zoneMinutes: Int(date.zone) / 100 * 60 + Int(date.zone) % 100)
    }

    /// What mimetic gives for what it cannot read.
    private static func isBeginningOf1970(_ date: sluice_mimetic_date) -> Bool {
        date.year == 1970 && date.month == 1 && date.day == 1 && date.hour == 0 && date.minute == 0 && date.second == 0
    }

    private static func holds(_ value: MessageBytes, _ text: String) -> Bool { String(decoding: value).contains(text) }

    func content(_ body: MessageBytes, _ encoding: TransferEncoding) -> MessageBytes {
        let slab = Slab(capacity: body.count + 1)
        let count = unsafe body.withUnsafeBytes { bytes in
            // Sound: the decoders write no more than the slab holds.
            encoding == .base64
                ? unsafe sluice_mimetic_decode_base64(bytes.baseAddress, bytes.count, slab.start)
                : unsafe sluice_mimetic_decode_quoted_printable(bytes.baseAddress, bytes.count, slab.start)
        }
        return slab.message(0..<count)
    }
}

/// mimetic's list of the addresses in a value. Owns the C++ list, and frees it with the last use of the bytes in it.
@safe
private final class MimeticAddresses: @unchecked Sendable {
    // Sendable: nothing changes the list after the parse.
    private let list: OpaquePointer

    /// Nil if mimetic threw, or memory ran out.
    init?(_ value: MessageBytes) {
        let parsed = unsafe value.withUnsafeBytes { bytes in
            unsafe sluice_mimetic_addresses_parse(bytes.baseAddress, bytes.count)
        }
        guard let parsed = unsafe parsed else { return nil }
        unsafe list = parsed
    }

    deinit {
        unsafe sluice_mimetic_addresses_free(list)
    }

    var count: Int { unsafe sluice_mimetic_addresses_count(list) }

    func address(at index: Int) -> (kind: Int, name: MessageBytes, mailbox: MessageBytes, domain: MessageBytes) {
        let address = unsafe sluice_mimetic_address_at(list, index)
        return unsafe (Int(address.kind), bytes(address.name), bytes(address.mailbox), bytes(address.domain))
    }

    /// Sound: the list's strings do not move or change before it is freed, and `self` frees it.
    private func bytes(_ bytes: sluice_mimetic_bytes) -> MessageBytes {
        unsafe MessageBytes(
            unowned: UnsafeRawBufferPointer(start: bytes.start, count: bytes.count), keptAliveBy: self)
    }
}
