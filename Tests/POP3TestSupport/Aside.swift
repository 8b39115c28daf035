import Dispatch

/// Does work that waits on a thread of its own: tests share as many threads as there are processors, and one that waits
/// on these for another program keeps all the others, and servers in the same process, from going on.
package func aside<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "aside").async { continuation.resume(with: .init(catching: work)) }
    }
}
