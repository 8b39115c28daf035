import POP3

extension POP3Configuration {
    /// What the options of every command say alike.
    init(caFile: String?, serverName: String?, allowsPlaintext: Bool) {
        self.init()
        tls.trustRoots = caFile.map { .file($0) } ?? .system
        tls.serverName = serverName
        authentication.allowsPlaintext = allowsPlaintext
    }
}

extension POP3Configuration.Timeouts {
    /// Sets how long the server may be silent once it is connected to.
    mutating func setSilence(_ limit: Duration) {
        greeting = limit
        command = limit
        idleBody = limit
    }
}
