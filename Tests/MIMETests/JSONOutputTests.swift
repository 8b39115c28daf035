import Foundation
import MailGenerator
import Testing

@testable import MIME

@Suite("The JSON of a mail, as other programs read it")
struct JSONOutputTests {
    static let validator = PythonScript("check_json", needing: "jsonschema")
    static let comparer = PythonScript("compare_with_email")
    static let generator = MailGenerator(seed: 20_261_123)
    static let count = 90

    private static var schema: String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Schema/mail.schema.json").path
    }

    private func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    private func line(_ octets: [UInt8], source: String) throws -> [UInt8] {
        var line: [UInt8] = []
        try Mail(MessageBytes(octets)).writeJSON(source: source, into: &line)
        return line + [0x0A]
    }

    private func violations(_ lines: [UInt8]) throws -> [String] {
        try withFolder { folder in
            let file = folder.appending(path: "mail.jsonl")
            try Data(lines).write(to: file)
            return try #require(try Self.validator?.lines([Self.schema, file.path]))
        }
    }

    @Test("mails of all kinds and those of the corpora follow the schema", .enabled(if: validator != nil))
    func schema() throws {
        var lines: [UInt8] = []
        for index in 0..<Self.count {
            lines += try line(Self.generator.mail(at: index), source: "\(index)")
        }
        for url in Corpora.messages {
            lines += try line(Array(try Data(contentsOf: url)), source: url.lastPathComponent)
        }
        #expect(try violations(lines) == ["lines: \(Self.count + Corpora.messages.count)"])
    }

    @Test(
        "the schema allows nothing that it does not name", .enabled(if: validator != nil),
        arguments: [
            ("\"backend\"", "\"parser\""), ("\"size\":", "\"size\":-"), ("\"children\":[]", "\"children\":[{}]"),
            ("\"priority\":\"normal\"", "\"priority\":\"none\""), ("\"decodedSha256\":\"", "\"decodedSha256\":\"x"),
        ])
    func schemaRefuses(_ original: String, _ replacement: String) throws {
        let text = String(decoding: try line(Array("Subject: x\n\nbody".utf8), source: "1"), as: UTF8.self)
        #expect(text.contains(original))
        let found = try violations(Array(text.replacing(original, with: replacement).utf8))
        #expect(found.last == "lines: 1" && found.count > 1)
    }

    @Test(
        "Python's email package reads the same leaves, contents, subject, addresses and file names",
        .enabled(if: comparer != nil))
    func python() throws {
        let report = try withFolder { folder in
            var lines: [UInt8] = []
            for index in 0..<Self.count {
                let octets = Self.generator.mail(at: index)
                try Data(octets).write(to: folder.appending(path: "\(index)"))
                lines += try line(octets, source: "\(index)")
            }
            try Data(lines).write(to: folder.appending(path: "mail.jsonl"))
            return try #require(
                try Self.comparer?.lines([folder.path, folder.appending(path: "mail.jsonl").path]))
        }
        let agreeing = report.count { $0.hasPrefix("agrees ") }
        print("Python's email: \(agreeing) of \(Self.count) agree")
        for line in report where !line.hasPrefix("agrees ") { print("  \(line)") }
        #expect(agreeing == Self.count)
    }
}
