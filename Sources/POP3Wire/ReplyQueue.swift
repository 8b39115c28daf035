/// The replies that are due, in the order of their commands (RFC 2449 §6.6).
struct ReplyQueue: Sendable {
    struct Reply: Sendable {
        var kind: ResponseKind
        var size: Int?
    }

    private var replies: [Reply] = []
    private var head = 0

    var count: Int { replies.count - head }
    var first: Reply? { head < replies.count ? replies[head] : nil }

    mutating func append(_ reply: Reply) {
        replies.append(reply)
    }

    mutating func removeFirst() {
        head += 1
        // Dropping the spent half now and then keeps this linear, and an empty queue costs nothing.
        if head == replies.count || head >= 1024 {
            replies.removeSubrange(..<head)
            head = 0
        }
    }
}
