import MIME

/// Whatever the native parser is given gives a sound document; and reading it as mail comes back.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNativeParser(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let message = MessageBytes(UnsafeBufferPointer(start: start, count: count))
    var limits = MIMELimits()
    limits.depth = 10
    let document = NativeMIMEParser().parse(message, limits: limits)
    requireSound(document, limits: limits)
    let mail = Mail(document)
    var line: [UInt8] = []
    mail.writeJSON(source: nil, into: &line)
    require(line.first == UInt8(ascii: "{") && line.last == UInt8(ascii: "}"), "a mail is one object of JSON")
    require(!line.contains { $0 < 0x20 }, "a mail is one line of JSON")
    _ = mail.preview(100)
    return 0
}
