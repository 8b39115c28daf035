import Dispatch
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
        try await aside { try MeasuredRun.of([path] + arguments, environment: environment) }
    }

    /// Runs `sluice` and gives its status and what it wrote to standard output.
    static func output(
        _ arguments: [String], environment: [String: String] = password
    ) async throws -> (status: Int32, output: String) {
        try await aside { try ChildProcess.run([path] + arguments, environment: environment) }
    }

    /// Runs a program of Tests/Scripts and gives its status and what it wrote to standard output.
    static func script(_ script: Script, _ arguments: [String]) async throws -> (status: Int32, output: String) {
        try await aside { try ChildProcess.run(script(arguments)) }
    }

    /// Waits for a program on a thread of its own: one that waits on the tests' own threads keeps the sandbox from
    /// answering it.
    private static func aside<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "command").async { continuation.resume(with: .init(catching: body)) }
        }
    }
}
