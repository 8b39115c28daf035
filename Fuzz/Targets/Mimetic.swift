import MIME
import MIMEMimetic

/// Whatever mimetic is given gives a sound document or a typed error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMimetic(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let message = MessageBytes(UnsafeBufferPointer(start: start, count: count))
    var limits = MIMELimits()
    limits.depth = 10
    guard let document = try? MimeticParser().parse(message, limits: limits) else { return 0 }
    requireSound(document, limits: limits)
    return 0
}
