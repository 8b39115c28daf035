import Glibc
import Synchronization
import Testing

@testable import BIOTransport

@Suite("Lookups of host names on a bounded number of threads")
struct ResolverTests {
    /// Counts lookups and the most that were under way at once; each waits until it is let go.
    private final class Lookups: Sendable {
        struct State {
            var running = 0
            var most = 0
            var hosts: [String] = []
            var isOpen = false
        }
        let state = Mutex(State())

        func find(_ host: String) -> Resolver.Outcome {
            state.withLock {
                $0.running += 1
                $0.most = max($0.most, $0.running)
                $0.hosts.append(host)
            }
            while !state.withLock({ $0.isOpen }) { usleep(1_000) }
            state.withLock { $0.running -= 1 }
            return .failure(.nameNotResolved(host: host, reason: "test"))
        }
    }

    @Test("no more lookups run at once than threads are allowed, and every one ends")
    func bounded() async throws {
        let lookups = Lookups()
        let resolver = Resolver(threadLimit: 3) { lookups.find($0) }
        let ended = Shared(0)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let error = await transportError {
                        try await LoopHost().run { host in
                            _ = try await resolver.addresses(of: "host-\(number)", on: host.loop, within: .ample)
                        }
                    }
                    #expect(error == .nameNotResolved(host: "host-\(number)", reason: "test"))
                    ended.withLock { $0 += 1 }
                }
            }
            while lookups.state.withLock({ $0.running }) < 3 { try? await Task.sleep(for: .milliseconds(1)) }
            lookups.state.withLock { $0.isOpen = true }
        }
        #expect(ended.withLock { $0 } == 20)
        #expect(lookups.state.withLock { $0.most } == 3)
        #expect(lookups.state.withLock { $0.hosts.count } == 20)
    }

    @Test("connections to one host at once share a lookup")
    func shared() async throws {
        let lookups = Lookups()
        let resolver = Resolver(threadLimit: 8) { lookups.find($0) }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    _ = await transportError {
                        try await LoopHost().run { host in
                            _ = try await resolver.addresses(of: "same", on: host.loop, within: .ample)
                        }
                    }
                }
            }
            try? await Task.sleep(for: .milliseconds(50))
            lookups.state.withLock { $0.isOpen = true }
        }
        #expect(lookups.state.withLock { $0.hosts.count } < 10)
    }

    @Test("a queued lookup that nobody waits for any more is dropped, and one under way does not keep its connection")
    func abandoned() async throws {
        let lookups = Lookups()
        let resolver = Resolver(threadLimit: 1) { lookups.find($0) }
        for host in ["slow", "queued"] {
            let error = await transportError {
                try await LoopHost().run { actor in
                    _ = try await resolver.addresses(
                        of: host, on: actor.loop, within: .test(.connecting, .milliseconds(20)))
                }
            }
            #expect(error == .timedOut(.connecting, limit: .milliseconds(20)))
        }
        lookups.state.withLock { $0.isOpen = true }
        try await Task.sleep(for: .milliseconds(20))
        #expect(lookups.state.withLock { $0.hosts } == ["slow"])
    }
}
