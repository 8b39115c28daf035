import CMimetic
import MIME
import MessageBuffers

/// mimetic's own reading of addresses, dates and transfer encodings.
enum MimeticDecoding: BackendDecoding {
    static func addresses(_ value: UnsafeRawBufferPointer, limit: Int) -> [MailAddress] {
        var collector = AddressCollector(limit: limit)
        let wasRead = unsafe withUnsafeMutablePointer(to: &collector) { collector in
            unsafe sluice_mimetic_addresses_parse(value.baseAddress, value.count, collector) { context, address in
                unsafe context?.assumingMemoryBound(to: AddressCollector.self).pointee.add(address)
            }
        }
        return wasRead == 0 ? [] : collector.takeAddresses()
    }

    static func date(_ value: UnsafeRawBufferPointer) -> MailDate? {
        var date = sluice_mimetic_date()
        let wasRead = unsafe sluice_mimetic_date_parse(value.baseAddress, value.count, &date)
        guard wasRead != 0, unsafe !isBeginningOf1970(date) || holds(value, "70") else { return nil }
        return MailDate(
            day: (Int(date.year), Int(date.month), Int(date.day)),
            clock: (Int(date.hour), Int(date.minute), Int(date.second)),
            zoneMinutes: Int(date.zone) / 100 * 60 + Int(date.zone) % 100)
    }

    /// What mimetic gives for what it cannot read.
    private static func isBeginningOf1970(_ date: sluice_mimetic_date) -> Bool {
        date.year == 1970 && date.month == 1 && date.day == 1 && date.hour == 0 && date.minute == 0 && date.second == 0
    }

    private static func holds(_ value: UnsafeRawBufferPointer, _ text: String) -> Bool {
        unsafe String(decoding: value, as: UTF8.self).contains(text)
    }

    static func content(_ body: MessageBytes, _ encoding: TransferEncoding) -> MessageBytes {
        unsafe body.withUnsafeBytes { bytes in
            // The decoders write no more than the memory holds.
            unsafe MessageBytes(unsafeUninitializedCapacity: bytes.count + 1) { memory in
                encoding == .base64
                    ? unsafe sluice_mimetic_decode_base64(bytes.baseAddress, bytes.count, memory.baseAddress)
                    : unsafe sluice_mimetic_decode_quoted_printable(bytes.baseAddress, bytes.count, memory.baseAddress)
            }
        }
    }
}

/// Makes addresses of those that mimetic finds one by one.
private struct AddressCollector {
    /// How many are made at most, members of groups counted.
    private var room: Int
    private var addresses: [MailAddress] = []
    private var group: (name: [UInt8], members: [MailAddress])?

    init(limit: Int) {
        room = limit
    }

    mutating func add(_ address: sluice_mimetic_address) {
        guard room > 0 else { return }
        room -= 1
        let name = unsafe UnsafeRawBufferPointer(address.name)
        if unsafe Int(address.kind) == SLUICE_MIMETIC_GROUP {
            endGroup()
            // mimetic leaves the colon in a group's name.
            group = unsafe (Array(name.last == UInt8(ascii: ":") ? name.dropLast() : name[...]), [])
            return
        }
        let isMember = unsafe Int(address.kind) == SLUICE_MIMETIC_MEMBER
        if !isMember { endGroup() }
        // mimetic makes an empty one of nothing between two commas.
        guard unsafe address.name.count > 0 || address.address.count > 0 else { return }
        let made = unsafe MailAddress(writtenName: name, address: UnsafeRawBufferPointer(address.address))
        if isMember { group?.members.append(made) } else { addresses.append(made) }
    }

    private mutating func endGroup() {
        if let group { addresses.append(MailAddress(writtenName: group.name, group: group.members)) }
        group = nil
    }

    /// The addresses, which are then gone from here.
    mutating func takeAddresses() -> [MailAddress] {
        endGroup()
        var taken: [MailAddress] = []
        swap(&taken, &addresses)
        return taken
    }
}
