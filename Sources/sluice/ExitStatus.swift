import ArgumentParser
import MailDelivery
internal import MailStores
import POP3
import POP3Sandbox

/// Exit codes of the command, from sysexits.h.
enum ExitStatus: Int32 {
    /// The command line was wrong (64).
    case usage = 64
    /// The input was not what it should be (65).
    case badData = 65
    /// A file that is to be read is not there (66).
    case noInput = 66
    /// The host is not known, or does not answer (68).
    case noHost = 68
    /// The service cannot be used: connection lost, timed out, or in use by another session (69).
    case unavailable = 69
    /// A file or folder could not be written (73).
    case cannotCreate = 73
    /// Writing failed in the middle (74).
    case inputOutput = 74
    /// It may work later (75).
    case temporary = 75
    /// The server's answers break the protocol or the limits (76).
    case `protocol` = 76
    /// Login refused, certificate refused, TLS missing (77).
    case noPermission = 77

    var code: ExitCode { ExitCode(rawValue) }
}

extension POP3Error {
    /// How a command that fails with this error exits.
    var exitStatus: ExitStatus {
        if isTemporary, case .refused = reason { return .temporary }
        if isTemporary, case .authentication = reason { return .temporary }
        return switch reason {
        case .transport(.nameNotResolved), .transport(.notConnected), .transport(.timedOut(.connecting, _)): .noHost
        case .transport(.tlsAlert(let alert)): alert.isTemporary ? .unavailable : .noPermission
        case .transport(.certificateRejected), .transport(.handshakeFailed), .transport(.notTLS),
            .transport(.plaintextBeforeTLS), .transport(.speaksTLS):
            .noPermission
        case .transport(.badConfiguration): .usage
        case .transport: .unavailable
        case .authentication, .tlsUnavailable: .noPermission
        case .invalidArgument, .wrongState, .busy: .usage
        case .refused, .notConnected, .unsupported: .unavailable
        case .badResponse, .bareLineFeed, .lineTooLong, .listingTooLong, .messageTooLarge, .desynchronised: .protocol
        case .differentEachTime: .badData
        case .notIdentified: .temporary
        }
    }
}

extension SinkError {
    var exitStatus: ExitStatus {
        switch self {
        case .system(.create, _, _), .system(.open, _, _), .unsuitable: .cannotCreate
        case .locked: .temporary
        case .invalidDestination, .notLossless: .usage
        case .notDescribed: .badData
        case .system, .unusable: .inputOutput
        }
    }
}

extension MaildropDrain.Report {
    /// How a fetch exits that has come to its end: 0 where everything listed and wanted is stored, 65 where only such
    /// messages stay behind as no later run will fetch either, 75 where one may.
    var exitStatus: ExitStatus? {
        if unreadableMessages > 0 { return .temporary }
        guard !failures.isEmpty else { return nil }
        return failures.allSatisfy { $0.error.isFinal } ? .badData : .temporary
    }
}

extension DrainError {
    /// Whether the same message will fail in the same manner whenever it is fetched.
    fileprivate var isFinal: Bool {
        switch self {
        case .session(let error):
            switch error.reason {
            case .messageTooLarge, .differentEachTime: true
            default: false
            }
        case .sink(.notDescribed): true
        case .sink: false
        }
    }
}

extension DrainError {
    var exitStatus: ExitStatus {
        switch self {
        case .session(let error): error.exitStatus
        case .sink(let error): error.exitStatus
        }
    }
}

extension SandboxError {
    var exitStatus: ExitStatus {
        switch self {
        case .mailNotReadable: .noInput
        case .fileNotWritten: .cannotCreate
        case .certificateNotMade, .notListening: .unavailable
        }
    }
}
