import ArgumentParser
import Logging

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

/// How much is logged, as on the command line.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error

    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}

extension Logger {
    /// A logger to standard error, from `level` on.
    static func toStandardError(_ level: LogLevel) -> Logger {
        Logger(label: "sluice") { _ in StandardErrorLogHandler(logLevel: level.level) }
    }
}
