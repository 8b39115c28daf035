import ArgumentParser
import POP3

struct PopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pop", abstract: "Run one POP3 command, with the flags of node-pop3's `pop`.",
        discussion: """
            Methods: UIDL [n], LIST [n], STAT, RETR n, TOP n [lines], DELE n, RSET, NOOP, LAST, CAPA, QUIT, and \
            command KEYWORD [argument…]. QUIT follows by itself, and commits a DELE. Without --tls or --no-tls, TLS is \
            used unless the port is 110.
            """,
        helpNames: .long)

    @Option(name: .shortAndLong, help: ArgumentHelp("The user's name.", valueName: "name"))
    var user: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The password; others can see it in the list of processes.", valueName: "password"))
    var password: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The server.", valueName: "host"))
    var host: String?

    @Option(help: ArgumentHelp("The port; 995 with TLS and 110 without, if not given.", valueName: "port"))
    var port: Int?

    @Flag(inversion: .prefixedNo, help: "Whether to use TLS from the start.")
    var tls: Bool?

    @Option(help: ArgumentHelp("Time to wait for the server, in milliseconds.", valueName: "ms"))
    var timeout: Int?

    @Option(
        name: .shortAndLong, parsing: .upToNextOption,
        help: ArgumentHelp("The method and its arguments.", valueName: "method"))
    var method: [String] = []

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Options from a JSON file; flags count before it.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Read the password from the first line of a file, without a byte order mark; - is standard input.",
            valueName: "file"))
    var passwordFile: String?

    @Option(help: ArgumentHelp("Read the password from an environment variable.", valueName: "name"))
    var passwordEnv: String?

    @Option(
        help: ArgumentHelp(
            "Trust the certificates in this PEM file, roots or not, and no others.", valueName: "file"))
    var caFile: String?

    @Flag(help: "Let a password go unencrypted to a server that is not on this machine.")
    var allowPlaintext = false

    func run() async throws {
        do {
            let file = try config.map { path throws(MailFileError) in try PopConfigFile.read(path) } ?? PopConfigFile()
            try await run(file)
        } catch let error as MailFileError {
            StandardError.complain("\(error)")
            throw error.status.code
        } catch let error as PasswordSource.Failure {
            StandardError.complain("\(error)")
            throw error.status.code
        }
    }

    private func run(_ file: PopConfigFile) async throws {
        guard let user = user ?? file.user else { throw ValidationError("Name the user with -u.") }
        guard let host = host ?? file.host else { throw ValidationError("Name the server with -h.") }
        let words = method.isEmpty ? file.method ?? [] : method.flatMap { $0.split(separator: " ").map(String.init) }
        let method = try PopMethod(words)
        let secret = try readPassword(user, file)
        let endpoint = endpoint(host, file)
        do {
            let session = try await POP3Session.connect(to: endpoint, configuration: sessionConfiguration(file))
            try await session.authenticate(.password(user: user, secret: secret))
            try await method.run(on: session) { output in try StandardOutput.write(output) }
            try await session.quit()
        } catch let error as POP3Error {
            StandardError.complain(error.complaint(user, endpoint, .pop))
            throw error.exitStatus.code
        }
    }

    private func readPassword(_ user: String, _ file: PopConfigFile) throws(PasswordSource.Failure) -> Secret {
        if let passwordFile { return try PasswordSource.file(passwordFile).read(for: user) }
        if let passwordEnv { return try PasswordSource.environment(passwordEnv).read(for: user) }
        if let password = password ?? file.password { return Secret(password) }
        return try PasswordSource.prompt.read(for: user)
    }

    private func endpoint(_ host: String, _ file: PopConfigFile) -> POP3Endpoint {
        let port = port ?? file.port
        guard tls ?? file.tls ?? (port != 110) else {
            let isOpen = allowPlaintext || ConnectionOptions.isLoopback(host)
            return .pop(host, port: port ?? 110, security: isOpen ? .plaintext : .startTLSRequired)
        }
        return .pops(host, port: port ?? 995)
    }

    private func sessionConfiguration(_ file: PopConfigFile) -> POP3Configuration {
        var configuration = POP3Configuration(
            caFile: caFile, serverName: file.servername, allowsPlaintext: allowPlaintext)
        if let timeout = timeout ?? file.timeout, timeout > 0 {
            let limit = Duration.milliseconds(timeout)
            configuration.timeouts.connect = limit
            configuration.timeouts.tlsHandshake = limit
            configuration.timeouts.setSilence(limit)
        }
        return configuration
    }
}
