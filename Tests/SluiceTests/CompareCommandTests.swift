import Foundation
import POP3TestSupport
import Testing

@Suite("sluice compare")
struct CompareCommandTests {
    /// A message that the backends read alike, and one over which they differ, with markup wherever a page may show it.
    private static let messages = [
        "a.eml": "Subject: plain\r\n\r\ntext\r\n",
        "<script>alert(1)</script>.eml":
            "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n"
            + "Content-Type: application/x; name=\"<img src=x onerror=alert(1)>\"\r\nSubject: \u{202E}x\r\n\r\ny\r\n--b--\r\n",
    ]

    private func withMessages<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder + "/mail", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in Self.messages {
            // A slash cannot be part of a name.
            let file = folder + "/mail/" + name.replacingOccurrences(of: "/", with: "|")
            try Data(text.utf8).write(to: URL(filePath: file))
        }
        return try await body(folder)
    }

    @Test("a table says how many messages are read alike, and what each parser took")
    func table() async throws {
        try await withMessages { folder in
            let (status, output) = try await Command.output(["compare", folder + "/mail"])
            #expect(status == 0)
            #expect(output.contains("2 messages"))
            #expect(output.contains("read alike: 1"))
            #expect(output.contains("structure"))
            #expect(output.contains("native") && output.contains("mimetic"))
        }
    }

    @Test("JSON has a line for each message, and one with the sums")
    func json() async throws {
        try await withMessages { folder in
            let (status, output) = try await Command.output(["compare", "--json", folder + "/mail"])
            #expect(status == 0)
            let lines = try output.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(lines.count == 3)
            #expect(lines.dropLast().count { ($0["differences"] as? [Any])?.isEmpty == true } == 1)
            let summary = try #require(lines.last?["summary"] as? [String: Any])
            #expect(summary["messages"] as? Int == 2)
            #expect(summary["agreeing"] as? Int == 1)
        }
    }

    @Test("the page shows what messages say, and obeys nothing of it")
    func escaping() async throws {
        try await withMessages { folder in
            let page = folder + "/page.html"
            _ = try await Command.output(["compare", "--html", page, folder + "/mail"])
            let html = try String(contentsOfFile: page, encoding: .utf8)
            #expect(html.contains("&lt;script&gt;"))
            #expect(html.contains("&lt;img"))
            #expect(!html.contains("<script") && !html.contains("<img") && !html.contains("\u{202E}"))
        }
    }

    @Test(
        "the page is as it should be in a browser, wide and narrow, light and dark",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium"), "needs Debian's chromium"))
    func browser() async throws {
        try await withMessages { folder in
            let page = folder + "/page.html"
            _ = try await Command.output(["compare", "--html", page, folder + "/mail"])
            let (status, output) = try await Command.script(.viewPage, [page])
            #expect(status == 0, "\(output)")
            #expect(output.split(separator: "\n").count == 4)
        }
    }

    @Test("a page that cannot be written, and a path that is not there, are errors")
    func errors() async throws {
        try await withMessages { folder in
            let run = try await Command.run(["compare", "--html", "/nowhere/page.html", folder + "/mail"])
            #expect(run.status == 73)
            #expect(run.error.contains("cannot write /nowhere/page.html"))
            #expect(try await Command.run(["compare", folder + "/none"]).status == 66)
        }
    }
}
