import Foundation
import Glibc

/// A mail server from Debian, run over folders of mail on loopback; stopped and cleaned up when let go of, and also
/// when the test's process ends, however it ends.
package final class RealServer: Sendable {
    /// What is known to differ: Dovecot serves bytes as they lie in a Maildir; mailutils adds X-UIDL after it has told
    /// the size; popa3d has no CAPA, no TLS and no PIPELINING. The last two serve mboxes.
    package enum Kind: String, CaseIterable, Sendable {
        case dovecot, mailutils, popa3d

        private var program: String {
            switch self {
            case .dovecot: "/usr/sbin/dovecot"
            case .mailutils: "/usr/sbin/pop3d"
            case .popa3d: Script.package + ".build/debian/popa3d/usr/sbin/popa3d"
            }
        }

        /// Whether the server can run here: as root, with its package installed.
        package var canRun: Bool { unsafe geteuid() == 0 && access(program, X_OK) == 0 }

        /// What to say where it cannot.
        package var requirement: String { "needs root and `.ci/install-packages test` for \(rawValue)" }
    }

    /// What Tests/Scripts/real_server.py says of the running server.
    private struct Description: Decodable {
        let host: String
        let port: Int
        let tlsPort: Int?
        let starttls: Bool
        let password: String
        let caFile: String
        let maildrops: [String: String]
    }

    package let kind: Kind
    private let process: ChildProcess
    private let description: Description

    /// Starts a server and waits for its greeting; about half a second.
    ///
    /// - Parameter maildrops: For each user a folder of files: one mail each, in the order of their names.
    package init(_ kind: Kind, maildrops: [String: String], password: String = "secret") async throws {
        let pairs = maildrops.flatMap { ["--maildrop", "\($0)=\($1)"] }
        let (process, line) = try await aside {
            let process = try ChildProcess(Script.realServer([kind.rawValue, "--password", password] + pairs))
            guard let line = process.readLine() else {
                throw ChildProcess.Failure(description: "\(kind) did not start: exit status \(process.wait())")
            }
            return (process, line)
        }
        self.process = process
        self.kind = kind
        description = try JSONDecoder().decode(Description.self, from: Data(line.utf8))
    }

    deinit {
        process.closeInput()
        _ = process.wait()
    }

    package var host: String { description.host }
    /// Where it speaks in the clear, and STLS if it has that.
    package var port: Int { description.port }
    /// Where it speaks TLS from the first byte.
    package var tlsPort: Int? { description.tlsPort }
    package var hasSTLS: Bool { description.starttls }
    package var password: String { description.password }
    /// The CA of the server's certificate, which is for localhost and 127.0.0.1.
    package var caFile: String { description.caFile }

    /// The user's Maildir or mbox.
    package func maildrop(of user: String) -> String { description.maildrops[user] ?? "" }

    /// Puts another mail into the user's Maildir while the server runs. Dovecot only.
    package func deliver(_ mail: some Sequence<UInt8>, to user: String, name: String) throws {
        let folder = maildrop(of: user)
        try Data(mail).write(to: URL(filePath: "\(folder)/tmp/\(name)"))
        let owner: uid_t = 65534
        guard unsafe chown("\(folder)/tmp/\(name)", owner, owner) == 0,
            unsafe rename("\(folder)/tmp/\(name)", "\(folder)/new/\(name)") == 0
        else { throw ChildProcess.Failure(description: "\(name) was not delivered: error \(errno)") }
    }
}
