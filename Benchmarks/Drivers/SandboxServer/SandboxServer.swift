@preconcurrency import Glibc
import POP3Sandbox
import ParsingWork

/// Serves short mails over loopback, in a process of its own so that its work does not count as the client's, until its
/// input ends.
///
///     sandbox-server MAILS
///
/// Prints the ports without and with TLS and the certificate to trust, and closes its output.
@main
struct SandboxServer {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 2, let count = Int(arguments[1]), count > 0 else {
            _ = fputs("usage: sandbox-server MAILS\n", stderr)
            exit(64)
        }
        var configuration = SandboxConfiguration()
        configuration.transcriptLimit = 0
        let sandbox = try await POP3Sandbox.start(messages: ShortMails.make(count), configuration: configuration)
        print(sandbox.port ?? 0)
        print(sandbox.tlsPort ?? 0)
        print(sandbox.certificateAuthorityPEM)
        fclose(stdout)
        while readLine() != nil {}
        await sandbox.stop()
    }
}
