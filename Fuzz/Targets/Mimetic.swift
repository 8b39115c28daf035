import MIME
import MIMEMimetic

/// Whatever mimetic is given gives a sound document or a typed error, and its own addresses, dates and codecs give no
/// more than asked.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMimetic(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let message = MessageBytes(UnsafeBufferPointer(start: start, count: count))
    var limits = MIMELimits()
    limits.depth = 10
    guard let document = try? MimeticParser().parse(message, limits: limits) else { return 0 }
    requireSound(document, limits: limits)
    let mail = Mail(document)
    let most = limits.addressesPerField
    for name in ["from", "to"] {
        let fields = document.root.headers.all(name).count
        require(mail.addresses(name).count <= most * fields, "no more addresses than the limit")
    }
    require(mail.date.map { (1...12).contains($0.month) && $0.hour < 24 } ?? true, "a date is in the calendar")
    return 0
}
