import HeapModule

/// The deadlines of the waiters of one event loop, the earliest first.
///
/// A waiter pushes its deadline back far more often than the deadline passes. So an entry stays where it is when its
/// waiter's deadline moves to a later moment, and is put back when it comes up too early. The waiter records its
/// entries, so that it never adds one that is no earlier than those it has.
struct DeadlineQueue {
    private struct Entry: Comparable {
        let deadline: Deadline
        let token: UInt64

        static func < (left: Entry, right: Entry) -> Bool { left.deadline < right.deadline }
        static func == (left: Entry, right: Entry) -> Bool { left.deadline == right.deadline }
    }

    /// Entries of waiters that are gone are removed when there are so many more entries than waiters.
    private static let slack = 1_024

    private var heap = Heap<Entry>()

    /// No waiter's deadline comes before this moment. O(1).
    var earliest: Deadline { heap.min?.deadline ?? .never }

    /// Makes sure that `waiter` is looked at when its deadline passes. O(log n).
    mutating func add(_ waiter: Waiter) {
        guard waiter.deadline < .never, waiter.deadline < waiter.queuedDeadlines.last ?? .never else { return }
        waiter.queuedDeadlines.append(waiter.deadline)
        heap.insert(Entry(deadline: waiter.deadline, token: waiter.token))
    }

    /// Takes the next entry that is due: the token of its waiter and the moment; nil where none is.
    mutating func popDue(at now: Deadline) -> (token: UInt64, deadline: Deadline)? {
        guard let entry = heap.min, entry.deadline <= now else { return nil }
        heap.removeMin()
        return (entry.token, entry.deadline)
    }

    /// Removes the entries of waiters that are gone if they have become many. O(n), at most once for as many entries.
    mutating func compact(keeping waiters: [UInt64: Waiter]) {
        guard heap.count > 4 * waiters.count + Self.slack else { return }
        heap = Heap(heap.unordered.filter { waiters[$0.token] != nil })
    }
}
