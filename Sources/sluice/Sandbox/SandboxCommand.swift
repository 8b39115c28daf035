public import ArgumentParser
public import POP3Sandbox

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox", abstract: "Serve a folder of mail by POP3, for tests; with faults on request.",
        discussion: """
            Serves plain text with STLS on one port and implicit TLS on another, with a certificate that it makes, until it is \
            interrupted. Every login method works with the user and password given. Faults:

            \(SandboxFault.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))
            """)

    @Option(help: ArgumentHelp("A folder of messages, a Maildir or an mbox file.", valueName: "path"))
    var mail: String

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var address = "127.0.0.1"

    @Option(help: ArgumentHelp("The port for plain text and STLS; 0 for any that is free.", valueName: "port"))
    var port = 0

    @Option(help: ArgumentHelp("The port for implicit TLS; 0 for any that is free.", valueName: "port"))
    var tlsPort = 0

    @Option(help: "The user's name.")
    var user = "user"

    @Option(help: "The password, which is also the OAuth token.")
    var password = "password"

    @Option(help: ArgumentHelp("Write the CA's certificate to this file, for --ca-file.", valueName: "file"))
    var caFile: String?

    @Flag(help: "Remove what a client deletes from the folder.")
    var delete = false

    @Option(help: ArgumentHelp("Misbehave; see above for the names. May be given again.", valueName: "name"))
    var fault: [SandboxFault] = []

    func run() async throws {
        do {
            var configuration = SandboxConfiguration()
            configuration.address = address
            configuration.port = port
            configuration.tlsPort = tlsPort
            configuration.faults = Set(fault)
            configuration.removesDeletedMail = delete
            let account = SandboxAccount(
                user: user, password: password, token: password, maildrop: try FolderMaildrop.opened(at: mail))
            let sandbox = try await POP3Sandbox.start([account], configuration: configuration)
            if let caFile { try sandbox.writeCertificateAuthority(to: caFile) }
            try announce(sandbox)
        } catch let error as SandboxError {
            StandardError.complain("\(error)")
            throw error.exitStatus.code
        }
        // Until the process is interrupted.
        try await Task.sleep(for: .seconds(Int64.max / 4_000_000_000))
    }

    private func announce(_ sandbox: POP3Sandbox) throws {
        var lines: [String] = []
        if let port = sandbox.port { lines.append("pop://\(user)@\(address):\(port)") }
        if let port = sandbox.tlsPort { lines.append("pops://\(user)@\(address):\(port)") }
        try StandardOutput.write(lines.joined(separator: "\n") + "\n")
    }
}

extension SandboxFault: ExpressibleByArgument {}
