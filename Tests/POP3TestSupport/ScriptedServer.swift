import Foundation

/// Tests/Scripts/scripted_server.py: a server on loopback that answers as it is told.
package final class ScriptedServer: Sendable {
    package let port: String
    private let process: ChildProcess

    /// - Parameter replies: From commands, or their first words, to replies as they go over the wire; nil closes the
    ///   connection. Each scalar of a key or reply below U+0100 is a byte.
    package init(_ replies: [String: String?]) async throws {
        let json = try JSONEncoder().encode(replies)
        process = try ChildProcess(Script.scriptedServer([String(decoding: json, as: UTF8.self)]))
        port = try await aside { [process] in process.readLine() ?? "" }
    }

    /// Ends the server; the lines that clients sent, one scalar for each byte.
    package func stop() async throws -> [String] {
        let output = try await aside { [process] in
            process.closeInput()
            defer { _ = process.wait() }
            return process.readToEnd()
        }
        return try JSONDecoder().decode([String].self, from: Data(output))
    }
}

extension String {
    /// The bytes as one scalar each, as a `ScriptedServer` has them.
    package init(bytes: some Sequence<UInt8>) {
        self.init(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
