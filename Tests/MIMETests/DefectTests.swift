import Foundation
import Testing

@testable import MIME

/// A message, the defect that it has, and where.
struct DefectCase: CustomTestStringConvertible, Sendable {
    var code: MIMEDefect.Code
    var message: String
    /// The octets that the defect is said to be in; nil for a defect without a place.
    var place: String?
    var part = 0
    var limits = MIMELimits()

    var testDescription: String { code.rawValue }

    private static func limited(_ change: (inout MIMELimits) -> Void) -> MIMELimits {
        var limits = MIMELimits()
        change(&limits)
        return limits
    }

    private static let multipart = "Content-Type: multipart/mixed; boundary=b\n\n"

    static let all = [
        DefectCase(code: .headerLineWithoutColon, message: "A: b\nno field\n\nx", place: "no field"),
        DefectCase(code: .strayLineInHeader, message: "A: b\nno field\nC: d\n\nx", place: "no field"),
        DefectCase(code: .missingBlankLine, message: multipart + "--b\nA: b\n--b--\n", place: "--b--", part: 1),
        DefectCase(code: .mboxLineInHeader, message: ">From a\nA: b\n\nx", place: ">From a"),
        DefectCase(code: .spaceBeforeColon, message: "A : b\n\nx", place: "A : b"),
        DefectCase(code: .blankContinuationLine, message: "A: b\n \n c\n\nx", place: "A: b\n \n c"),
        DefectCase(code: .eightBitHeader, message: "A: ü\n\nx", place: "A: ü"),
        DefectCase(code: .duplicateField, message: "Subject: a\nSUBJECT: b\n\nx", place: "SUBJECT: b"),
        DefectCase(code: .nulOctet, message: "A: b\n\nx\0y", place: "\0"),
        DefectCase(code: .bareCarriageReturn, message: "A: b\n\nx\ry", place: "\r"),
        DefectCase(code: .mixedLineEnds, message: "A: b\r\n\r\nx\n", place: "\n"),
        DefectCase(
            code: .lineTooLong, message: "A: b\n\n" + String(repeating: "x", count: 999) + "\n",
            place: String(repeating: "x", count: 999)),
        DefectCase(
            code: .duplicateContentType, message: "Content-Type: text/plain\nContent-Type: text/html\n\nx",
            place: "Content-Type: text/html"),
        DefectCase(code: .invalidContentType, message: "Content-Type: text\n\nx", place: "Content-Type: text"),
        DefectCase(
            code: .duplicateParameter, message: "Content-Type: text/plain; charset=a; charset=b\n\nx",
            place: "Content-Type: text/plain; charset=a; charset=b"),
        DefectCase(
            code: .duplicateBoundaryParameter,
            message: "Content-Type: multipart/mixed; boundary=b; boundary=c\n\n--b\n\nx\n--b--\n",
            place: "Content-Type: multipart/mixed; boundary=b; boundary=c\n\n"),
        DefectCase(
            code: .multipartWithoutBoundary, message: "Content-Type: multipart/mixed\n\nx",
            place: "Content-Type: multipart/mixed\n\n"),
        DefectCase(code: .multipartNeverClosed, message: multipart + "--b\n\nx\n", place: nil),
        DefectCase(code: .multipartWithoutParts, message: multipart + "x", place: "x"),
        DefectCase(
            code: .boundaryPrefix,
            message: multipart + "--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\nx\n--bb--\n--b--\n",
            place: "Content-Type: multipart/mixed; boundary=bb\n\n", part: 1),
        DefectCase(code: .delimiterWithText, message: multipart + "--b\n\n--bx\n--b--\n", place: "--bx", part: 1),
        DefectCase(
            code: .delimiterBehindClose, message: multipart + "--b\n\nx\n--b--\nepilogue\n--b\n\ny\n", place: "--b"),
        DefectCase(
            code: .encodedMultipart,
            message: "Content-Transfer-Encoding: base64\n" + multipart + "--b\n\nx\n--b--\n",
            place: "Content-Transfer-Encoding: base64\n" + multipart),
        DefectCase(
            code: .unknownTransferEncoding, message: "Content-Transfer-Encoding: x-none\n\nx",
            place: "Content-Transfer-Encoding: x-none\n\n"),
        DefectCase(code: .damagedBase64, message: "Content-Transfer-Encoding: base64\n\neA*=", place: "eA*="),
        DefectCase(code: .base64WithoutPadding, message: "Content-Transfer-Encoding: base64\n\neHk", place: "eHk"),
        DefectCase(
            code: .base64BehindPadding, message: "Content-Transfer-Encoding: base64\n\neA==\neA==", place: "eA==\neA=="),
        DefectCase(
            code: .damagedQuotedPrintable, message: "Content-Transfer-Encoding: quoted-printable\n\na=XX",
            place: "a=XX"),
        DefectCase(code: .unknownCharset, message: "Content-Type: text/plain; charset=x-none\n\nx", place: "x"),
        DefectCase(
            code: .damagedCharset,
            message: "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: quoted-printable\n\n=FF",
            place: "=FF"),
        DefectCase(
            code: .damagedEncodedWord, message: "Subject: =?utf-8?b?*?=\n\nx", place: "Subject: =?utf-8?b?*?="),
        DefectCase(
            code: .controlInEncodedWord, message: "Subject: =?utf-8?q?a=0D=0Ab?=\n\nx",
            place: "Subject: =?utf-8?q?a=0D=0Ab?="),
        DefectCase(
            code: .encodedWordInAddress, message: "From: <=?utf-8?q?a?=@b.example>\n\nx",
            place: "From: <=?utf-8?q?a?=@b.example>"),
        DefectCase(
            code: .damagedParameter, message: "Content-Type: text/plain; charset\n\nx",
            place: "Content-Type: text/plain; charset"),
        DefectCase(
            code: .conflictingFilenames,
            message: "Content-Type: a/b; name=a.txt\nContent-Disposition: attachment; filename=a.exe\n\nx",
            place: "Content-Disposition: attachment; filename=a.exe"),
        DefectCase(code: .damagedAddress, message: "To: Ada ada@b.example\n\nx", place: "To: Ada ada@b.example"),
        DefectCase(code: .unreadableDate, message: "Date: soon\n\nx", place: "Date: soon"),
        DefectCase(
            code: .tooDeep, message: "Content-Type: message/rfc822\n\nA: b\n\nx",
            place: "Content-Type: message/rfc822\n\n", limits: limited { $0.depth = 1 }),
        DefectCase(
            code: .tooManyParts, message: multipart + "--b\n\nx\n--b\n\ny\n--b--\n", place: "\n--b\n\ny\n--b--\n",
            limits: limited { $0.parts = 2 }),
        DefectCase(
            code: .tooManyHeaderFields, message: "A: b\nC: d\n\nx", place: "C", limits: limited { $0.headerFields = 1 }),
        DefectCase(
            code: .tooManyHeaderBytes, message: "A: b\nC: d\n\nx", place: "C", limits: limited { $0.headerBytes = 5 }),
        DefectCase(
            code: .tooManyEmbeddedBytes,
            message: "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\neDp5", place: "eDp5",
            limits: limited { $0.embeddedBytes = 1 }),
        DefectCase(
            code: .tooManyParameters, message: "Content-Type: text/plain; a=b; c=d\n\nx",
            place: "Content-Type: text/plain; a=b; c=d", limits: limited { $0.parametersPerField = 1 }),
        DefectCase(
            code: .tooManyAddresses, message: "To: a@b, c@d\n\nx", place: "To: a@b, c@d",
            limits: limited { $0.addressesPerField = 1 }),
    ]
}

@Suite("Defects")
struct DefectTests {
    @Test("the article has each as it is")
    func article() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/MIME/MIME.docc/Defects.md")
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
        let expected = MIMEDefect.Code.allCases.map { code in
            "| `\(code.rawValue)` | \(code.severity.rawValue) | \(code.clause ?? "") | \(code.action) |"
        }
        #expect(rows.map(String.init) == expected)
    }

    @Test("each has its code, its part and its place", arguments: DefectCase.all)
    func defect(_ example: DefectCase) throws {
        let octets = Array(example.message.utf8)
        let mail = try Mail(MessageBytes(octets), limits: example.limits)
        let found = mail.allDefects.filter { $0.code == example.code }
        let defect = try #require(found.first, "\(mail.allDefects.map(\.code))")
        #expect(found.count == 1)
        #expect(defect.part == example.part)
        #expect(defect.range.map { String(decoding: octets[$0], as: UTF8.self) } == example.place)
    }

    @Test("every code has an example, but for that of a sink")
    func examples() {
        #expect(Set(DefectCase.all.map(\.code)) == Set(MIMEDefect.Code.allCases).subtracting([.bodyNotKept]))
    }

    @Test("an ordinary message has none")
    func none() throws {
        let text =
            "From: Ada <ada@example.org>\r\nTo: a@b.example, c@d.example\r\nSubject: =?utf-8?q?=C3=A4?= x\r\n"
            + "Date: Mon, 23 Nov 2026 07:00:00 +0100\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\npreamble\r\n--b\r\n\r\ntext\r\n--b\r\n"
            + "Content-Type: application/pdf; name=\"a.pdf\"\r\nContent-Disposition: attachment; filename=a.pdf\r\n"
            + "Content-Transfer-Encoding: base64\r\n\r\neA==\r\n--b--\r\n"
        #expect(try Mail(MessageBytes(text)).allDefects == [])
    }

    @Test("the first of two conflicting readings counts, as each defect says")
    func firstCounts() throws {
        let mail = try Mail(
            MessageBytes("Subject: a\nSubject: b\nContent-Type: text/plain\nContent-Type: text/html\n\nx"))
        #expect(mail.subject == "a")
        #expect(mail.document.root.contentType.mediaType == "text/plain")
    }

    @Test("every code says how grave it is, and what was done")
    func facts() {
        for code in MIMEDefect.Code.allCases {
            #expect(!code.action.isEmpty)
            #expect(code.clause?.hasPrefix("RFC ") ?? code.rawValue.hasPrefix("too") || code == .bodyNotKept)
        }
    }
}
