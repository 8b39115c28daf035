import Foundation
import MailGenerator
import Testing

@Suite("Generated mails, as another program reads them")
struct StructureTests {
    static let generator = MailGenerator(seed: 20_250_101)
    static let count = 180
    static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// How the list of content types of a mail of the kind begins.
    static let types: [MailKind: String] = [
        .newsletter: "multipart/alternative,text/plain,text/html", .attachments: "multipart/mixed,text/plain,",
        .forwards: "multipart/mixed,text/plain,message/rfc822,multipart/mixed,text/plain,message/rfc822",
        .parameters: "multipart/mixed,application/octet-stream,application/octet-stream",
        .calendar: "multipart/alternative,text/plain,text/calendar",
        .signed: "multipart/signed,text/plain,application/pkcs7-signature",
        .report: "multipart/report,text/plain,message/delivery-status",
        .digest: "multipart/digest,message/rfc822,text/plain",
    ]

    @Test(
        "Python finds the structure, decodes every part and charset, and the stream of a seed never changes",
        .enabled(if: python != nil))
    func structure() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for index in 0..<Self.count {
            try Data(Self.generator.mail(at: index)).write(to: folder.appendingPathComponent("\(index)"))
        }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        process.arguments = [
            try #require(Bundle.module.path(forResource: "Scripts/structure", ofType: "py")), folder.path,
        ]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let lines = text.split(separator: "\n").map(String.init)
        try #require(lines.count == Self.count + 1)
        for index in 0..<Self.count {
            let kind = Self.generator.kind(at: index)
            #expect(lines[index].hasPrefix(Self.types[kind] ?? "text/plain "), "\(index) \(kind): \(lines[index])")
            #expect(lines[index].hasSuffix(" "), "no defects in \(index) \(kind): \(lines[index])")
        }
        #expect(lines.last == "1299494235796793898")
    }
}
