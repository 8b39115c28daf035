import Foundation

/// How a program ran to its end: its status, and what the kernel counted for it alone.
package struct MeasuredRun: Decodable, Sendable {
    /// The exit status, or the negative number of the signal that ended it.
    package let status: Int
    package let wallSeconds: Double
    package let processorSeconds: Double
    /// The most memory it had at once, in bytes.
    package let peakMemory: Int
    package let error: String

    /// Runs a program. Its output goes nowhere, its standard error into `error`.
    package static func of(_ arguments: [String], environment: [String: String] = [:]) async throws -> MeasuredRun {
        let (_, output) = try await ChildProcess.run(Script.measuredRun(["--"] + arguments), environment: environment)
        return try JSONDecoder().decode(MeasuredRun.self, from: Data(output.utf8))
    }
}
