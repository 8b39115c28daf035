public import MIME
import MessageBuffers

/// The C++ library mimetic as a backend.
///
/// Structure, header fields, addresses, dates and transfer encodings are as mimetic reads them. It keeps copies of all
/// that it reads; documents point into these. It cannot say where in the message they came from, nor what was wrong
/// with it. What it does not know, such as charsets, encoded-words (RFC 2047) and parameters in pieces (RFC 2231), this
/// library does, as for any backend.
///
/// Known of mimetic: it ends a header value at a NUL and writes Content-Type anew; finds a boundary in the middle of a
/// line and as the start of a longer one; drops the last header field where no empty line follows; cuts an obsolete
/// route of two hosts at its comma; takes a year of two digits, and unknown zones for UTC; and in quoted-printable
/// makes each line end LF, and drops control characters.
///
/// mimetic has no bounds of its own: what goes over a limit is kept from it, and noted as a defect.
public struct MimeticParser: MIMEParser {
    public static let name = "mimetic"
    public static let capabilities: MIMECapabilities = [.addresses, .dates, .transferDecoding]

    public init() {}

    /// - Throws: `MIMEError.backendFailed` for a C++ exception, and for a message of 2 GiB or more.
    /// - Complexity: linear in the size of the message, with about a kilobyte for each part.
    public func parse(_ message: MessageBytes, limits: MIMELimits) throws(MIMEError) -> MIMEDocument {
        let tree = try tree(of: message, limits)
        return MIMEDocument(outline(of: message, tree, limits, in: MIMEDocumentBuilder.Tables()))
    }

    /// Parses one message into the memory of a document that has done its work, if nobody else holds it.
    ///
    /// - Parameter document: is that of `message` afterwards; if this throws, of one part that has nothing.
    /// - Throws: as `parse(_:limits:)` does.
    /// - Complexity: as that of `parse(_:limits:)`; no memory is taken for the document of a message that is no larger
    ///   than the ones before, but mimetic takes as much as ever.
    public func parse(
        _ message: MessageBytes, limits: MIMELimits = MIMELimits(), into document: inout MIMEDocument
    ) throws(MIMEError) {
        guard isKnownUniquelyReferenced(&document) else {
            document = try parse(message, limits: limits)
            return
        }
        // The tree of the message before goes first, so that mimetic may have its memory.
        let tables = document.takeTables()
        do {
            let tree = try tree(of: message, limits)
            document.fill(outline(of: message, tree, limits, in: tables))
        } catch {
            var builder = MIMEDocumentBuilder(message, backend: Self.name)
            _ = builder.addPart(parent: -1)
            document.fill(builder)
            throw error
        }
    }

    private func tree(of message: MessageBytes, _ limits: MIMELimits) throws(MIMEError) -> MimeticTree {
        do throws(MimeticFailure) {
            return try MimeticTree(parsing: message, bounds: MimeticBounds(limits))
        } catch {
            throw MIMEError.backendFailed(backend: Self.name, reason: error.description)
        }
    }

    private func outline(
        of message: MessageBytes, _ tree: MimeticTree, _ limits: MIMELimits,
        in tables: consuming MIMEDocumentBuilder.Tables
    ) -> MIMEDocumentBuilder {
        var outline = DocumentOutline(message, tree, limits, in: tables)
        outline.addParts()
        return outline.finish()
    }
}

extension MIMEParser where Self == MimeticParser {
    /// The C++ library mimetic.
    public static var mimetic: MimeticParser { MimeticParser() }
}

extension MimeticBounds {
    /// The bounds that keep mimetic within `limits`, and within what it can bear.
    init(_ limits: MIMELimits) {
        self.init()
        headerBytes = min(headerBytes, limits.headerBytes)
        totalHeaderBytes = min(totalHeaderBytes, limits.headerBytes)
        // A multipart has one delimiter more than it has parts.
        delimiters = 2 * min(limits.parts, delimiters / 2)
    }
}
