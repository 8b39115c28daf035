/// The parser of this library: one pass over the message, iterative, with every range recorded.
public struct NativeMIMEParser: MIMEParser {
    public static let name = "native"
    public static let capabilities: MIMECapabilities = [.byteOffsets, .defects, .exactHeaderValues]

    public init() {}

    public func parse(_ message: MessageBytes, limits: MIMELimits) -> MIMEDocument {
        var scanner = StructureScanner(message, limits)
        scanner.run()
        return scanner.finish()
    }
}

extension MIMEParser where Self == NativeMIMEParser {
    /// The parser of this library.
    public static var native: NativeMIMEParser { NativeMIMEParser() }
}
