/// A queue in one array: what is due next is at its head.
package struct FIFO<Element> {
    /// How many spent elements may always stay before the array is closed up.
    private static var spentLimit: Int { 1024 }

    private var elements: [Element] = []
    private var head = 0

    package init() {}

    package var count: Int { elements.count - head }
    package var isEmpty: Bool { count == 0 }
    package var first: Element? { isEmpty ? nil : elements[head] }
    /// What waits, first to last.
    package var waiting: ArraySlice<Element> { elements[head...] }

    package mutating func append(_ element: Element) {
        elements.append(element)
    }

    package mutating func removeFirst() {
        precondition(!isEmpty, "an empty queue has no first element")
        head += 1
        // No more waiting elements move than spent ones go, so that a long queue is emptied in linear time.
        if head == elements.count || (head >= Self.spentLimit && head >= count) {
            elements.removeSubrange(..<head)
            head = 0
        }
    }
}

extension FIFO: Sendable where Element: Sendable {}
