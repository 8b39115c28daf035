import Synchronization

/// The faults of a running sandbox, which tests change.
final class FaultControl: Sendable {
    private struct State {
        var ofAll: Set<SandboxFault>
        var ofUser: [String: Set<SandboxFault>] = [:]
        var ofNext: Set<SandboxFault> = []
        var nextCount = 0
    }

    private let state: Mutex<State>

    init(_ faults: Set<SandboxFault>) {
        state = Mutex(State(ofAll: faults))
    }

    func set(_ faults: Set<SandboxFault>) {
        state.withLock { $0.ofAll = faults }
    }

    func set(_ faults: Set<SandboxFault>, ofUser user: String) {
        state.withLock { $0.ofUser[user] = faults }
    }

    func set(_ faults: Set<SandboxFault>, ofNext count: Int) {
        state.withLock {
            $0.ofNext = faults
            $0.nextCount = max(0, count)
        }
    }

    /// The faults of a connection that begins now.
    func forConnection() -> Set<SandboxFault> {
        state.withLock { state in
            guard state.nextCount > 0 else { return state.ofAll }
            state.nextCount -= 1
            return state.ofNext
        }
    }

    /// The faults of a session whose user has logged in; nil where the connection's go on.
    func forUser(_ user: String) -> Set<SandboxFault>? { state.withLock { $0.ofUser[user] } }
}

extension POP3Sandbox {
    /// Has connections that begin from now on show these faults, in the place of the configuration's. Those that concern
    /// the certificate are chosen when the sandbox starts.
    public func setFaults(_ faults: Set<SandboxFault>) { faultControl.set(faults) }

    /// Has sessions of this user show these faults from their next login on, in the place of their connection's.
    public func setFaults(_ faults: Set<SandboxFault>, forUser user: String) {
        faultControl.set(faults, ofUser: user)
    }

    /// Has the next `count` connections show these faults, and later ones those of all: a server that fails once and then
    /// works.
    public func setFaults(_ faults: Set<SandboxFault>, forNextConnections count: Int) {
        faultControl.set(faults, ofNext: count)
    }
}
