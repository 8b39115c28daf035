/// The parser of this library: one pass over the message, iterative, with every range recorded.
public struct NativeMIMEParser: MIMEParser {
    public static let name = "native"
    public static let capabilities: MIMECapabilities = [.byteOffsets, .defects, .exactHeaderValues]

    public init() {}

    public func parse(_ message: MessageBytes, limits: MIMELimits) -> MIMEDocument {
        var scanner = StructureScanner(message, limits)
        scanner.run()
        return MIMEDocument(scanner.finish())
    }

    /// Parses one message into the memory of a document that has done its work, if nobody else holds it.
    ///
    /// A loop over messages that keeps nothing of a document, nor of its parts and fields, beyond its turn takes no
    /// memory for the structure of a message that is no larger than the ones before.
    ///
    /// - Parameters:
    ///   - message: the bytes of the message, which the document retains.
    ///   - limits: how far the parser goes.
    ///   - document: is that of `message` afterwards.
    /// - Complexity: linear in the size of the message.
    public func parse(_ message: MessageBytes, limits: MIMELimits = MIMELimits(), into document: inout MIMEDocument) {
        guard isKnownUniquelyReferenced(&document) else {
            document = parse(message, limits: limits)
            return
        }
        var scanner = StructureScanner(message, limits, in: document.takeTables())
        scanner.run()
        document.fill(scanner.finish())
    }
}

extension MIMEParser where Self == NativeMIMEParser {
    /// The parser of this library.
    public static var native: NativeMIMEParser { NativeMIMEParser() }
}
