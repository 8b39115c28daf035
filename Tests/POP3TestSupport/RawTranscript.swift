/// A recording of every RETR reply of a maildrop, made and read by scripts that share no code with Sluice.
package struct RawTranscript {
    private let file: String
    package let count: Int

    /// Logs in to the server with a raw socket and keeps what it sends for RETR 1, RETR 2, ….
    package init(of user: String, at server: RealServer, into file: String) async throws {
        let arguments = [server.host, String(server.port), user, server.password, file]
        let (status, output) = try await ChildProcess.run(Script.fetchRaw(arguments))
        guard status == 0, let count = Int(output.dropLast()) else {
            throw ChildProcess.Failure(description: "fetch_raw.py: exit status \(status), \(output)")
        }
        self.file = file
        self.count = count
    }

    /// What of the mails that were sent is not in the folder (a Maildir, or files) byte for byte, or is in it twice, or
    /// is in it and was not sent: one line each. None is what should be.
    package func differences(from folder: String) async throws -> [Substring] {
        let (status, output) = try await ChildProcess.run(Script.verifyTranscript([file, folder]))
        guard status == 0 || status == 1 else {
            throw ChildProcess.Failure(description: "verify_transcript.py: exit status \(status)")
        }
        return output.split(separator: "\n").dropLast()
    }
}
