import Testing

@testable import MIME

/// A limit, a message that has so many of what it limits, and the defect that says so.
struct LimitCase: CustomTestStringConvertible, Sendable {
    let name: String
    let limit: @Sendable (inout MIMELimits, Int) -> Void
    let message: @Sendable (_ count: Int) -> String
    let defect: MIMEDefect.Code
    /// How many of them a document has.
    let count: @Sendable (MIMEDocument, MIMELimits) -> Int

    var testDescription: String { name }

    private static func fieldCount(_ document: MIMEDocument) -> Int { document.parts.map(\.headers.count).reduce(0, +) }

    static let all = [
        LimitCase(
            name: "depth of multiparts", limit: { $0.depth = $1 },
            message: { count in
                let open = (1..<count).map { "Content-Type: multipart/mixed; boundary=b\($0)x\n\n--b\($0)x\n" }.joined()
                return open + "\nx\n" + (1..<count).reversed().map { "--b\($0)x--\n" }.joined()
            },
            defect: .tooDeep, count: { document, _ in document.parts.map(\.depth).max().map { $0 + 1 } ?? 0 }),
        LimitCase(
            name: "depth of messages", limit: { $0.depth = $1 },
            message: { String(repeating: "Content-Type: message/rfc822\n\n", count: $0 - 1) + "A: b\n\nx" },
            defect: .tooDeep, count: { document, _ in document.parts.map(\.depth).max().map { $0 + 1 } ?? 0 }),
        LimitCase(
            name: "parts", limit: { $0.parts = $1 },
            message: { count in
                "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: count - 1)
                    + "--b--\n"
            },
            defect: .tooManyParts, count: { document, _ in document.partCount }),
        LimitCase(
            name: "parts of embedded messages", limit: { $0.parts = $1 },
            message: { count in
                "Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=b\n\n"
                    + String(repeating: "--b\n\nx\n", count: count - 2) + "--b--\n"
            },
            defect: .tooManyParts, count: { document, _ in document.partCount }),
        LimitCase(
            name: "header fields", limit: { $0.headerFields = $1 },
            message: { String(repeating: "A: b\n", count: $0) + "\nx" },
            defect: .tooManyHeaderFields, count: { document, _ in fieldCount(document) }),
        LimitCase(
            name: "header fields of all parts together", limit: { $0.headerFields = $1 },
            message: { count in
                "Content-Type: multipart/mixed; boundary=b\n\n"
                    + String(repeating: "--b\nA: b\n\nx\n", count: count - 1) + "--b--\n"
            },
            defect: .tooManyHeaderFields, count: { document, _ in fieldCount(document) }),
        LimitCase(
            name: "header octets", limit: { $0.headerBytes = $1 },
            message: { "A:" + String(repeating: "x", count: $0 - 2) + "\n\nx" },
            defect: .tooManyHeaderBytes,
            count: { document, _ in
                document.parts.flatMap(\.headers).map { $0.name.utf8.count + 1 + $0.rawValue.count }.reduce(0, +)
            }),
        LimitCase(
            name: "octets of encoded messages", limit: { $0.embeddedBytes = $1 },
            message: { count in
                "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n"
                    + String(repeating: "x", count: count)
            },
            defect: .tooManyEmbeddedBytes,
            count: { document, _ in document.root.children.first?.body.count ?? 0 }),
        LimitCase(
            name: "parameters of a field", limit: { $0.parametersPerField = $1 },
            message: { count in "Content-Type: a/b" + (0..<count).map { "; p\($0)=x" }.joined() + "\n\nx" },
            defect: .tooManyParameters,
            count: { document, limits in
                document.root.headers.first.flatMap { ContentType($0.rawValue, limits: limits) }?.parameters.count ?? 0
            }),
        LimitCase(
            name: "addresses of a field", limit: { $0.addressesPerField = $1 },
            message: { "To: " + String(repeating: "a@b, ", count: $0) + "\n\nx" },
            defect: .tooManyAddresses, count: { document, limits in Mail(document, limits: limits).to.count }),
    ]
}

@Suite("Limits hold, and count what is within messages too")
struct LimitTests {
    private func read(_ example: LimitCase, count: Int, limit: Int) throws -> (found: Int, codes: Set<MIMEDefect.Code>)
    {
        var limits = MIMELimits()
        example.limit(&limits, limit)
        let mail = try Mail(MessageBytes(example.message(count)), limits: limits)
        return (example.count(mail.document, limits), Set(mail.allDefects.map(\.code)))
    }

    @Test("so many as the limit are all there, without a defect", arguments: LimitCase.all)
    func atLimit(_ example: LimitCase) throws {
        for count in [7, 8] {
            let (found, codes) = try read(example, count: count, limit: 8)
            #expect(found == count)
            #expect(!codes.contains(example.defect))
        }
    }

    @Test("of more there are no more than the limit, and a defect says so", arguments: LimitCase.all)
    func overLimit(_ example: LimitCase) throws {
        for count in [9, 10, 1000] {
            let (found, codes) = try read(example, count: count, limit: 8)
            #expect(found <= 8)
            #expect(codes.contains(example.defect))
        }
    }
}
