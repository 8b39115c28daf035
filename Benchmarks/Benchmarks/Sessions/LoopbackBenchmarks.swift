import Benchmark
import BenchmarkRegistration
import MIME
import POP3
import ParsingWork

/// A session that drains a maildrop of short mails over loopback, from a server in a process of its own.
enum LoopbackBenchmarks {
    private static let mails = 5000

    static func register() {
        for security in [POP3Endpoint.Security.plaintext, .implicitTLS] {
            for parses in [false, true] {
                let transport = security == .implicitTLS ? "TLS" : "plain"
                Benchmark(
                    "5,000 mails of 4 KB over loopback, \(transport)\(parses ? ", all read" : "")",
                    configuration: .init(
                        metrics: [
                            .wallClock, .throughput, AddedMetrics.rate, AddedMetrics.processorTime,
                            AddedMetrics.allocations,
                        ], timeUnits: .microseconds, units: AddedMetrics.units, maxDuration: .seconds(2)),
                    closure: { benchmark, server in try await drain(server, security, parses, benchmark) },
                    setup: { try SandboxProcess(mails: mails) })
            }
        }
    }

    /// Measures from LIST to the last message; not the login before, nor QUIT.
    private static func drain(
        _ server: SandboxProcess, _ security: POP3Endpoint.Security, _ parses: Bool, _ benchmark: Benchmark
    ) async throws {
        var configuration = POP3Configuration()
        configuration.tls.trustRoots = .pem(server.certificateAuthorityPEM)
        configuration.authentication.methods = [.user]
        let port = security == .implicitTLS ? server.tlsPort : server.port
        let session = try await POP3Session.connect(
            to: POP3Endpoint(host: "127.0.0.1", port: port, security: security), configuration: configuration)
        try await session.authenticate(.password(user: "user", secret: Secret("password")))
        var found = ReadingCount()
        var document = NativeMIMEParser().parse(MessageBytes(""), limits: MIMELimits())
        var drained = (mails: 0, octets: 0)
        let measurement = AddedMetrics(of: benchmark)
        for try await message in session.retrieve(.all) {
            drained.mails += 1
            drained.octets += message.bytes.count
            guard parses else { continue }
            NativeMIMEParser().parse(message.bytes, into: &document)
            found.read(document)
        }
        measurement.stop(octets: drained.octets)
        if drained.mails != mails { benchmark.error("\(drained.mails) mails came and not \(mails)") }
        blackHole(found.sum)
        try await session.quit()
    }
}
