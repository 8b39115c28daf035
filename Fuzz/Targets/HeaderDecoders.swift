@testable import MIME

/// Whatever stands in a header field, its decoders come back, and what they give can be trusted: dates are dates,
/// addresses hold no line end that was not there, text is text.
///
/// Input: the value of a field.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHeaderDecoders(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let value = MessageBytes(UnsafeBufferPointer(start: start, count: count))
    require(HeaderText.decode(value).utf8.count <= 4 * count + 4, "text does not grow beyond its characters' UTF-8")
    checkAddresses(value)
    if let date = MailDate(value) { checkDate(date) }
    checkParameters(value)
    let received = ReceivedField(value)
    if let date = received.date { checkDate(date) }
    _ = AuthenticationResults(value)
    require(TagList(value).tags.count <= MIMELimits().parametersPerField, "tags within their limit")
    _ = MailingListField(kind: "help", value)
    for id in MessageID.list(value) { require(id.utf8.count <= 3 * count, "a message id is of the field") }
    let subject = BaseSubject(HeaderText.decode(value))
    require(BaseSubject(subject.text).text == subject.text, "a base subject is its own base")
    return 0
}

private func checkAddresses(_ value: MessageBytes) {
    var parser = AddressListParser(value, limit: 100)
    let list = parser.parse()
    require(list.count <= 100, "addresses within their limit")
    _ = (list.text, list.html)
    for item in list {
        require(item.address == nil || item.group == nil, "a group has no address of its own")
    }
}

private func checkDate(_ date: MailDate) {
    require((1...12).contains(date.month) && (1...31).contains(date.day), "a day of the calendar")
    require((0..<24).contains(date.hour) && (0..<60).contains(date.minute), "an hour of a day")
    require(abs(date.zoneMinutes ?? 0) < 24 * 60, "a zone of the earth")
    require((20...25).contains(date.iso8601.utf8.count), "a date of ISO 8601: \(date.iso8601)")
}

private func checkParameters(_ value: MessageBytes) {
    if let type = ContentType(value) {
        require(!type.type.isEmpty && !type.subtype.isEmpty, "a type has two names")
        require(type.parameters.count <= MIMELimits().parametersPerField, "parameters within their limit")
    }
    _ = ContentDisposition(value)?.parameters
}
