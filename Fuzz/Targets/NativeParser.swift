import MIME

/// Whatever the native parser is given gives a sound document; and reading it as mail comes back.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNativeParser(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let message = MessageBytes(UnsafeBufferPointer(start: start, count: count))
    var limits = MIMELimits()
    limits.depth = 10
    let document = NativeMIMEParser().parse(message, limits: limits)
    requireSound(document, limits: limits)
    _ = Mail(document)
    return 0
}
