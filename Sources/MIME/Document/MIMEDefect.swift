/// Something in a message that is against the standards, or over a limit, and what was made of it.
public struct MIMEDefect: Sendable, Hashable {
    /// How much a defect matters to somebody who relies on the reading.
    public enum Severity: String, Sendable, Hashable {
        /// The reading is not in doubt.
        case minor
        /// Another parser may read the message differently.
        case ambiguous
        /// Something is missing from the document.
        case loss
    }

    public let code: Code
    /// Where in the message; nil if the backend cannot tell.
    public let range: Range<Int>?
    /// The index of the part.
    public let part: Int

    package init(_ code: Code, range: Range<Int>?, part: Int) {
        self.code = code
        self.range = range
        self.part = part
    }

    /// What is wrong.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case headerLineWithoutColon
        case missingBlankLine
        case mboxLineInHeader
        case spaceBeforeColon
        case multipartWithoutBoundary
        case multipartNeverClosed
        case multipartWithoutParts
        case duplicateContentType
        case duplicateBoundaryParameter
        case unknownTransferEncoding
        case encodedMultipart
        case nulOctet
        case bareCarriageReturn
        case damagedBase64
        case damagedQuotedPrintable
        case unknownCharset
        case damagedCharset
        case damagedEncodedWord
        case damagedParameter
        case damagedAddress
        case unreadableDate
        case tooDeep
        case tooManyParts
        case tooManyHeaderFields
        case tooManyHeaderBytes
        case tooManyEmbeddedBytes
        case tooManyParameters
        case tooManyAddresses
        case bodyNotKept
    }
}

extension MIMEDefect.Code {
    public var severity: MIMEDefect.Severity {
        switch self {
        case .mboxLineInHeader, .spaceBeforeColon, .unreadableDate, .multipartWithoutParts, .bareCarriageReturn: .minor
        case .headerLineWithoutColon, .missingBlankLine, .multipartNeverClosed, .duplicateContentType,
            .duplicateBoundaryParameter, .encodedMultipart, .nulOctet, .damagedEncodedWord, .damagedParameter,
            .damagedAddress, .unknownTransferEncoding, .multipartWithoutBoundary:
            .ambiguous
        case .damagedBase64, .damagedQuotedPrintable, .unknownCharset, .damagedCharset, .tooDeep, .tooManyParts,
            .tooManyHeaderFields, .tooManyHeaderBytes, .tooManyEmbeddedBytes, .tooManyParameters, .tooManyAddresses,
            .bodyNotKept:
            .loss
        }
    }

    /// The clause that is broken; nil for a limit of this library's own.
    public var clause: String? {
        switch self {
        case .headerLineWithoutColon, .spaceBeforeColon: "RFC 5322 §2.2"
        case .missingBlankLine: "RFC 5322 §2.1"
        case .mboxLineInHeader: "RFC 4155"
        case .multipartWithoutBoundary, .multipartNeverClosed, .multipartWithoutParts: "RFC 2046 §5.1.1"
        case .duplicateContentType: "RFC 2045 §3"
        case .duplicateBoundaryParameter: "RFC 2045 §5"
        case .unknownTransferEncoding, .encodedMultipart: "RFC 2045 §6.4"
        case .nulOctet, .bareCarriageReturn: "RFC 5322 §2.3"
        case .damagedBase64: "RFC 2045 §6.8"
        case .damagedQuotedPrintable: "RFC 2045 §6.7"
        case .unknownCharset, .damagedCharset: "RFC 2046 §4.1.2"
        case .damagedEncodedWord: "RFC 2047 §2"
        case .damagedParameter: "RFC 2231 §3"
        case .damagedAddress: "RFC 5322 §3.4"
        case .unreadableDate: "RFC 5322 §3.3"
        case .tooDeep, .tooManyParts, .tooManyHeaderFields, .tooManyHeaderBytes, .tooManyEmbeddedBytes,
            .tooManyParameters, .tooManyAddresses, .bodyNotKept:
            nil
        }
    }

    /// What the parser did about it.
    public var action: String {
        switch self {
        case .headerLineWithoutColon, .missingBlankLine: "the body begins with this line"
        case .mboxLineInHeader: "the line was left out"
        case .spaceBeforeColon: "the space was ignored"
        case .multipartWithoutBoundary: "the part was read as a single one"
        case .multipartNeverClosed: "the multipart ends with its parent, or with the message"
        case .multipartWithoutParts: "the multipart has no children"
        case .duplicateContentType: "the first field counts"
        case .duplicateBoundaryParameter: "the first parameter counts"
        case .unknownTransferEncoding: "the body was taken as it is"
        case .encodedMultipart: "the encoding was ignored"
        case .nulOctet, .bareCarriageReturn: "the octet was kept"
        case .damagedBase64, .damagedQuotedPrintable: "what could be decoded was"
        case .unknownCharset: "the text was read as UTF-8 or Latin-1"
        case .damagedCharset: "what cannot be read became U+FFFD"
        case .damagedEncodedWord: "the word was left as it is"
        case .damagedParameter: "the parameter was read as far as it goes"
        case .damagedAddress: "the text was kept as a name"
        case .unreadableDate: "there is no date"
        case .tooDeep: "deeper parts were not looked into"
        case .tooManyParts: "the rest belongs to the last multipart"
        case .tooManyHeaderFields, .tooManyHeaderBytes: "further fields were left out"
        case .tooManyEmbeddedBytes: "the embedded message was not opened"
        case .tooManyParameters: "further parameters were left out"
        case .tooManyAddresses: "further addresses were left out"
        case .bodyNotKept: "only the header was read: the message is too large to be held in memory"
        }
    }
}
