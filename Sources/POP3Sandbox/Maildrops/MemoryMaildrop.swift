internal import ByteCoding

/// Messages in memory.
public struct MemoryMaildrop: SandboxMaildrop {
    private let messages: [[UInt8]]
    private let uids: [String]

    /// - Parameter uids: one for each message; ids made from position and content where this is nil.
    public init(_ messages: [[UInt8]], uids: [String]? = nil) {
        self.messages = messages
        self.uids =
            uids
            ?? messages.indices.map { index in
                "\(index + 1)." + ContentFingerprint.hexadecimal(of: messages[index].prefix(4096))
            }
        precondition(self.uids.count == messages.count, "each message has one unique id")
    }

    public var count: Int { messages.count }
    public func size(of index: Int) -> Int { messages[index].count }
    public func uid(of index: Int) -> String { uids[index] }
    public func bytes(of index: Int, in range: Range<Int>) -> ArraySlice<UInt8> { messages[index][range] }
}
