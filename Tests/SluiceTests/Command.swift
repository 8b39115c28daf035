import Foundation
import POP3TestSupport

/// The built command.
enum Command {
    /// Built beside the tests by `swift build`.
    static let path: String = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.appending(path: ".build/debug/sluice").path
    }()

    static let password = ["SLUICE_TEST_PASSWORD": "password"]

    /// Runs `sluice` and gives its status and what it wrote to standard error.
    static func run(
        _ arguments: [String], environment: [String: String] = password
    ) async throws -> (status: Int, error: String) {
        let run = try await measured(arguments, environment: environment)
        return (run.status, run.error)
    }

    /// Runs `sluice` and gives what the kernel counted for it.
    static func measured(
        _ arguments: [String], environment: [String: String] = password
    ) async throws -> MeasuredRun {
        try await MeasuredRun.of([path] + arguments, environment: environment)
    }

    /// Runs `sluice` and gives its status and what it wrote to standard output.
    static func output(
        _ arguments: [String], environment: [String: String] = password
    ) async throws -> (status: Int32, output: String) {
        try await ChildProcess.run([path] + arguments, environment: environment)
    }

    /// Runs a program of Tests/Scripts and gives its status and what it wrote to standard output.
    static func script(_ script: Script, _ arguments: [String]) async throws -> (status: Int32, output: String) {
        try await ChildProcess.run(script(arguments))
    }
}
