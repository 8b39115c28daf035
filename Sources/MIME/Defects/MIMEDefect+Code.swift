extension MIMEDefect {
    /// What is wrong.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        // The header's form.
        case headerLineWithoutColon
        case strayLineInHeader
        case missingBlankLine
        case mboxLineInHeader
        case spaceBeforeColon
        case blankContinuationLine
        case eightBitHeader
        case duplicateField
        // Lines and octets.
        case nulOctet
        case bareCarriageReturn
        case mixedLineEnds
        case lineTooLong
        // Structure.
        case duplicateContentType
        case invalidContentType
        case duplicateParameter
        case duplicateBoundaryParameter
        case multipartWithoutBoundary
        case multipartNeverClosed
        case multipartWithoutParts
        case boundaryPrefix
        case delimiterWithText
        case delimiterBehindClose
        case encodedMultipart
        // Contents.
        case unknownTransferEncoding
        case damagedBase64
        case base64BehindPadding
        case base64WithoutPadding
        case damagedQuotedPrintable
        case unknownCharset
        case damagedCharset
        // Values of fields.
        case damagedEncodedWord
        case controlInEncodedWord
        case encodedWordInAddress
        case damagedParameter
        case conflictingFilenames
        case damagedAddress
        case unreadableDate
        // Limits.
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
    /// How much the defect matters, the clause that is broken (nil for a limit of this library's own), and what the
    /// parser did about it.
    private var facts: (severity: MIMEDefect.Severity, clause: String?, action: String) {
        switch self {
        case .headerLineWithoutColon: (.ambiguous, "RFC 5322 §2.2", "the body begins with this line")
        case .strayLineInHeader: (.ambiguous, "RFC 5322 §2.2", "the line was left out, since a field follows it")
        case .missingBlankLine:
            (.minor, "RFC 5322 §2.1", "the header ends at the delimiter line, and the body is empty")
        case .mboxLineInHeader: (.minor, "RFC 4155", "the line was left out")
        case .spaceBeforeColon: (.minor, "RFC 5322 §2.2", "the space was ignored")
        case .blankContinuationLine: (.ambiguous, "RFC 5322 §2.2.3", "the line was taken as part of the field")
        case .eightBitHeader:
            (.minor, "RFC 5322 §2.2", "the octets were read as UTF-8 if they are that, else as Windows-1252")
        case .duplicateField: (.ambiguous, "RFC 5322 §3.6", "the first field counts; of addresses, all do")
        case .nulOctet: (.ambiguous, "RFC 5322 §2.3", "the octet was kept")
        case .bareCarriageReturn: (.ambiguous, "RFC 5322 §2.3", "the octet was kept, and ends no line")
        case .mixedLineEnds: (.ambiguous, "RFC 5322 §2.3", "LF ends a line with CR before it or without")
        case .lineTooLong: (.minor, "RFC 5322 §2.1.1", "the line was read whole")
        case .duplicateContentType: (.ambiguous, "RFC 2045 §3", "the first field counts")
        case .invalidContentType: (.ambiguous, "RFC 2045 §5.2", "the part was read as text/plain")
        case .duplicateParameter: (.ambiguous, "RFC 2045 §5", "the first parameter counts")
        case .duplicateBoundaryParameter: (.ambiguous, "RFC 2045 §5", "the first parameter counts")
        case .multipartWithoutBoundary: (.ambiguous, "RFC 2046 §5.1.1", "the part was read as a single one")
        case .multipartNeverClosed:
            (.ambiguous, "RFC 2046 §5.1.1", "the multipart ends with its parent, or with the message")
        case .multipartWithoutParts: (.ambiguous, "RFC 2046 §5.1.1", "the part was read as a single one")
        case .boundaryPrefix: (.ambiguous, "RFC 2046 §5.1.2", "a delimiter line was compared as a whole")
        case .delimiterWithText: (.ambiguous, "RFC 2046 §5.1.1", "the line is part of the body")
        case .delimiterBehindClose: (.ambiguous, "RFC 2046 §5.1.1", "what follows belongs to no part")
        case .encodedMultipart: (.ambiguous, "RFC 2045 §6.4", "the encoding was ignored")
        case .unknownTransferEncoding: (.ambiguous, "RFC 2045 §6.4", "the body was taken as it is")
        case .damagedBase64: (.loss, "RFC 2045 §6.8", "what could be decoded was")
        case .base64BehindPadding: (.ambiguous, "RFC 2045 §6.8", "what follows the padding was decoded too")
        case .base64WithoutPadding: (.ambiguous, "RFC 4648 §3.2", "the last group was read as far as it goes")
        case .damagedQuotedPrintable: (.loss, "RFC 2045 §6.7", "what could be decoded was")
        case .unknownCharset: (.loss, "RFC 2046 §4.1.2", "the charset was told by the octets")
        case .damagedCharset: (.loss, "RFC 2046 §4.1.2", "what cannot be read became U+FFFD")
        case .damagedEncodedWord: (.ambiguous, "RFC 2047 §2", "the word was left as it is")
        case .controlInEncodedWord: (.ambiguous, "RFC 2047 §5", "the control character was kept in the text")
        case .encodedWordInAddress: (.ambiguous, "RFC 2047 §5", "the word was not decoded")
        case .damagedParameter: (.ambiguous, "RFC 2231 §3", "the parameter was read as far as it goes")
        case .conflictingFilenames:
            (.ambiguous, "RFC 2183 §2.3", "the disposition's name counts, and of its forms the extended one")
        case .damagedAddress: (.ambiguous, "RFC 5322 §3.4", "what could be read was; other text was kept as a name")
        case .unreadableDate: (.minor, "RFC 5322 §3.3", "there is no date")
        case .tooDeep: (.loss, nil, "deeper parts were not looked into")
        case .tooManyParts: (.loss, nil, "the rest belongs to the last multipart")
        case .tooManyHeaderFields, .tooManyHeaderBytes: (.loss, nil, "further fields were left out")
        case .tooManyEmbeddedBytes: (.loss, nil, "the embedded message was not opened")
        case .tooManyParameters: (.loss, nil, "further parameters were left out")
        case .tooManyAddresses: (.loss, nil, "further addresses were left out")
        case .bodyNotKept: (.loss, nil, "only the header was read: the message is too large to be held in memory")
        }
    }

    public var severity: MIMEDefect.Severity { facts.severity }

    /// The clause that is broken; nil for a limit of this library's own.
    public var clause: String? { facts.clause }

    /// What the parser did about it.
    public var action: String { facts.action }
}
