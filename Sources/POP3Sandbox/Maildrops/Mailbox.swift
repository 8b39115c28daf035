import Synchronization

/// The state of one maildrop that all its sessions share: which messages are left, their sizes on the wire, and
/// ready-made wire forms of small messages.
package final class Mailbox: Sendable {
    /// A message up to this size is kept ready for the wire.
    static let cachedMessageLimit = 1024 * 1024
    private static let cacheLimit = 64 * 1024 * 1024

    /// What a session sees from login to QUIT.
    struct Snapshot: Sendable {
        /// Indices into the maildrop, in the order of message numbers.
        var indices: [Int] = []
        /// By index into the maildrop.
        var sizes: [Int] = []
    }

    private struct State {
        var snapshot = Snapshot()
        var isMeasured = false
        var gone: Set<Int> = []
        var deleted: [Int] = []
        var isLocked = false
        var loginCount = 0
        var hasUncleanEnd = false
        var cache: [Int: [UInt8]] = [:]
        var cachedBytes = 0
    }

    let maildrop: any SandboxMaildrop
    private let state = Mutex(State())

    init(_ maildrop: any SandboxMaildrop) {
        self.maildrop = maildrop
    }

    /// Counts one more login; the number of those before it.
    func countLogin() -> Int {
        state.withLock { state in
            defer { state.loginCount += 1 }
            return state.loginCount
        }
    }

    /// A session has ended without QUIT.
    func noteUncleanEnd() {
        state.withLock { $0.hasUncleanEnd = true }
    }

    /// Whether a session has ended without QUIT since the last call.
    func takeUncleanEnd() -> Bool {
        state.withLock { state in
            defer { state.hasUncleanEnd = false }
            return state.hasUncleanEnd
        }
    }

    /// The messages that are left; nil if the maildrop is locked by another session.
    func open(locking: Bool) -> Snapshot? {
        state.withLock { state in
            if locking {
                if state.isLocked { return nil }
                state.isLocked = true
            }
            if !state.isMeasured {
                state.snapshot = Snapshot(
                    indices: Array(0..<maildrop.count), sizes: (0..<maildrop.count).map(wireSize))
                state.isMeasured = true
            }
            return state.snapshot
        }
    }

    func unlock() {
        state.withLock { $0.isLocked = false }
    }

    /// Commits a session: `deleted` are gone for later ones, `hidden` too without having been deleted.
    func commit(deleted: [Int], hidden: [Int], removing: Bool) throws(SandboxError) {
        guard !(deleted.isEmpty && hidden.isEmpty) else { return }
        state.withLock { state in
            state.deleted += deleted.filter { !state.gone.contains($0) }
            state.gone.formUnion(deleted)
            state.gone.formUnion(hidden)
            state.snapshot.indices.removeAll { state.gone.contains($0) }
            for index in deleted {
                state.cachedBytes -= state.cache.removeValue(forKey: index)?.count ?? 0
            }
        }
        if removing { try maildrop.remove(deleted) }
    }

    /// The ids of the messages whose deletion was committed, in that order.
    var deletedUIDs: [String] {
        state.withLock { $0.deleted }.map { maildrop.uid(of: $0) }
    }

    /// The places in the maildrop of those messages.
    var deletedIndices: [Int] { state.withLock { $0.deleted } }

    /// The stored bytes and the CRLF that a message without one at its end is sent with.
    private func wireSize(of index: Int) -> Int {
        let size = maildrop.size(of: index)
        guard size > 0 else { return 0 }
        let end = try? maildrop.bytes(of: index, in: max(0, size - 2)..<size)
        return end?.elementsEqual([0x0D, 0x0A]) ?? true ? size : size + 2
    }

    /// A small message as it goes over the wire, with the final dot; nil for one that is to be streamed.
    func wireForm(of index: Int) throws(SandboxError) -> [UInt8]? {
        guard maildrop.size(of: index) <= Self.cachedMessageLimit else { return nil }
        if let ready = state.withLock({ $0.cache[index] }) { return ready }
        var form: [UInt8] = []
        var stream = MessageStream(maildrop, index)
        while !stream.isFinished {
            let piece = try stream.next()
            form = form.isEmpty ? piece : form + piece
        }
        state.withLock { state in
            guard state.cachedBytes + form.count <= Self.cacheLimit, state.cache[index] == nil else { return }
            state.cache[index] = form
            state.cachedBytes += form.count
        }
        return form
    }
}
