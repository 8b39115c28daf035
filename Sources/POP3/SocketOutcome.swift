import Glibc
import Synchronization

/// The socket that a caller's closure has made, handed from its task to the session; closed where the session does not
/// wait for it any more.
final class SocketOutcome: Sendable {
    private enum State {
        case pending
        case finished(Result<CInt, any Error>)
        case abandoned
    }

    private let state = Mutex(State.pending)

    func finish(_ result: Result<CInt, any Error>) {
        let isWanted = state.withLock { state in
            if case .abandoned = state { return false }
            state = .finished(result)
            return true
        }
        if !isWanted, case .success(let descriptor) = result { close(descriptor) }
    }

    /// What the closure gave, once; nil before.
    func take() -> Result<CInt, any Error>? {
        state.withLock { state in
            guard case .finished(let result) = state else { return nil }
            state = .abandoned
            return result
        }
    }

    /// Nobody takes the socket any more.
    func abandon() {
        if case .success(let descriptor) = take() { close(descriptor) }
        state.withLock { $0 = .abandoned }
    }
}
