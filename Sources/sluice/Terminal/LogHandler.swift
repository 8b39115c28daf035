public import ArgumentParser
public import Logging

/// Writes log lines to standard error.
struct StandardErrorLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        StandardError.write("sluice: \(event.level): \(event.message)\n")
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

extension Logger {
    /// A logger to standard error, from `level` on.
    static func toStandardError(_ level: Logger.Level) -> Logger {
        Logger(label: "sluice") { _ in StandardErrorLogHandler(logLevel: level) }
    }
}
