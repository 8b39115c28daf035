import Foundation
import POP3TestSupport

/// The built command.
enum Command {
    /// Where `sluice` keeps what it remembers, for as long as the tests run.
    private static let state = try? TestFolder()

    static let password = [
        "SLUICE_TEST_PASSWORD": "password", "XDG_STATE_HOME": state?.path ?? "/nonexistent",
    ]

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
        try await MeasuredRun.of([Product.sluice] + arguments, environment: environment)
    }

    /// Runs `sluice` and gives its status and what it wrote to standard output.
    static func output(
        _ arguments: [String], environment: [String: String] = password
    ) async throws -> (status: Int32, output: String) {
        try await ChildProcess.run([Product.sluice] + arguments, environment: environment)
    }

    /// Runs a program of Tests/Scripts and gives its status and what it wrote to standard output.
    static func script(_ script: Script, _ arguments: [String]) async throws -> (status: Int32, output: String) {
        try await ChildProcess.run(script(arguments))
    }

    /// Runs `sluice` with its standard output going to a file or device, and gives its status and what it wrote to
    /// standard error.
    static func run(_ arguments: [String], outputTo path: String) async throws -> (status: Int, error: String) {
        let shell = ["/bin/sh", "-c", "exec \"$@\" > \"$0\"", path, try Product.sluice]
        let run = try await MeasuredRun.of(shell + arguments)
        return (run.status, run.error)
    }

    /// Runs `sluice` on a terminal of its own, or without any, as Tests/Scripts/terminal.py says.
    static func onTerminal(
        _ options: [String], _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> TerminalRun {
        let command = Script.terminal(options + ["--", try Product.sluice] + arguments)
        let (_, output) = try await ChildProcess.run(command, environment: environment)
        return try JSONDecoder().decode(TerminalRun.self, from: Data(output.utf8))
    }
}

/// What Tests/Scripts/terminal.py tells of a command.
struct TerminalRun: Decodable {
    let status: Int
    /// What the terminal showed, or standard error had.
    let output: String
    let echoedWhileAsked: Bool?
    let echoesAfterwards: Bool?
}
