/// Where the sandbox gets messages from: any number of any size, read piece by piece, so that none has to be in memory.
///
/// Messages are numbered from 0 and do not change while the sandbox runs. It is used from several threads at once.
public protocol SandboxMaildrop: Sendable {
    var count: Int { get }
    /// The stored bytes of a message.
    func size(of index: Int) -> Int
    /// The unique id of a message: 1 to 70 bytes from `!` to `~` (RFC 1939 §7), the same at each start.
    func uid(of index: Int) -> String
    /// The stored bytes of a message in `range`, which lies within its size. Called on an event loop: must not wait
    /// long.
    ///
    /// - Throws: ``SandboxError/mailNotReadable(path:reason:)`` where the message is no longer there as it was listed.
    func bytes(of index: Int, in range: Range<Int>) throws(SandboxError) -> ArraySlice<UInt8>
    /// Removes messages from where they are stored; called where the configuration asks for it, after QUIT.
    ///
    /// - Throws: ``SandboxError``; the server answers QUIT with -ERR.
    func remove(_ indices: [Int]) throws(SandboxError)
}

extension SandboxMaildrop {
    /// Removes nothing.
    public func remove(_ indices: [Int]) throws(SandboxError) {}
}
