import POP3TestSupport
import Testing

@Suite("A maildrop of a million messages")
struct LongListingTests {
    private static let count = 1_000_000
    private static let memoryLimit = 100 * 1024 * 1024

    @Test(
        "its sizes and ids are listed in less than 100 MB",
        .disabled(if: Product.isSanitized, "the sanitizer's own memory would be counted too"))
    func memory() async throws {
        let server = try ChildProcess(Script.longListing([String(Self.count)]))
        let port = try #require(server.readLine())
        let arguments = ["pop", "-u", "a", "-p", "b", "-h", "127.0.0.1", "--port", port, "--no-tls", "-m", "UIDL"]
        let run = try await Command.measured(arguments)
        #expect(run.status == 0, "\(run.error)")
        #expect(run.peakMemory < Self.memoryLimit)
        server.closeInput()
        _ = server.wait()
    }
}
