public import SASL

/// Opens a session, logs in, calls `body`, and ends the session: by QUIT, which commits the deletions, if `body` returns,
/// and by closing the connection, which commits nothing, if it throws or the task is cancelled.
///
///     let subjects = try await withPOP3Session(
///         to: .pops("pop.example.com"), as: .password(user: "ada", secret: secret)
///     ) { session in
///         try await session.retrieve(.all).reduce(into: []) { $0.append($1.summary) }
///     }
///
/// - Parameters:
///   - endpoint: the server, and how the connection is protected.
///   - credential: who logs in.
///   - configuration: time limits, TLS, logging and so on.
///   - body: uses the session, which must not be used after it has returned.
/// - Returns: what `body` returns.
/// - Throws: ``POP3Error`` where the connection, the login or QUIT fails; what `body` throws.
public func withPOP3Session<Result>(
    to endpoint: POP3Endpoint, as credential: POP3Credential, configuration: POP3Configuration = POP3Configuration(),
    _ body: (POP3Session) async throws -> Result
) async throws -> Result {
    let session = POP3Session(to: endpoint, as: credential, configuration: configuration)
    do {
        try await session.open()
        let result = try await body(session)
        try Task.checkCancellation()
        try await session.quit()
        return result
    } catch {
        await session.close()
        throw error
    }
}
