import Glibc
import Synchronization
import Testing

@testable import BIOTransport

@Suite("Event loops: deadlines, virtual time, pools and their limits")
struct LoopTests {
    @Test("waits end in the order of their deadlines, whatever order they began in, and pushed-back ones later")
    func deadlineOrder() async throws {
        let loop = EventLoop(name: "deadlines", clock: .virtual(VirtualClock()))
        let ended = Shared<[Int]>([])
        let begun = Shared(0)
        // The clock stands still until every task waits.
        loop.clock.beginWorkElsewhere()
        await withTaskGroup(of: Void.self) { group in
            for seconds in [50, 10, 30, 20, 40] {
                group.addTask {
                    try? await LoopHost(on: loop).run { host in
                        let waiter = Waiter(on: host.loop)
                        defer { waiter.close() }
                        let isLast = begun.withLock { begun in
                            begun += 1
                            return begun == 5
                        }
                        if isLast { host.loop.clock.endWorkElsewhere() }
                        // A far deadline first, which an earlier and then a later one replace.
                        for first in [3_600, 1] {
                            let outcome = await waiter.wait(until: host.loop.clock.deadline(after: .seconds(first)))
                            #expect(outcome == .deadlinePassed)
                        }
                        let base = Deadline(nanoseconds: 3_700 * 1_000_000_000)
                        let outcome = await waiter.wait(until: base.advanced(by: .seconds(seconds)))
                        #expect(outcome == .deadlinePassed)
                        ended.withLock { $0.append(seconds) }
                    }
                }
            }
        }
        #expect(ended.withLock { $0 } == [10, 20, 30, 40, 50])
        #expect(loop.clock.now.nanoseconds == 3_750 * 1_000_000_000)
    }

    @Test("a virtual clock stands still while a task of the loop computes on another thread")
    func workElsewhere() async throws {
        let loop = EventLoop(name: "elsewhere", clock: .virtual(VirtualClock()))
        loop.clock.beginWorkElsewhere()
        let waiting = Task {
            try await LoopHost(on: loop).run { host in
                let waiter = Waiter(on: host.loop)
                defer { waiter.close() }
                return await waiter.wait(until: host.loop.clock.deadline(after: .seconds(3_600)))
            }
        }
        try await Task.sleep(for: .milliseconds(30))
        #expect(loop.clock.now.nanoseconds == 0)
        try await LoopHost(on: loop).run { $0.loop.clock.endWorkElsewhere() }
        #expect(try await waiting.value == .deadlinePassed)
    }

    @Test("a waiter that is closed ends its wait and every later one, with the reason")
    func closed() async throws {
        try await LoopHost().run { host in
            let waiter = Waiter(on: host.loop)
            let closing = Task {
                _ = host
                waiter.close()
            }
            #expect(await waiter.wait(until: .never) == .closed)
            #expect(await waiter.wait(until: .never) == .closed)
            await closing.value
        }
    }

    @Test(
        "close, cancellation, deadline and readiness at random each end a wait, once, and lose none",
        .timeLimit(.minutes(2)))
    func stress() async throws {
        let loop = EventLoop(name: "stress")
        let outcomes = Shared<[WaitOutcome]>([])
        let waits = 2_000
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<waits {
                group.addTask {
                    var generator = SystemRandomNumberGenerator()
                    let (event, delay) = (Int.random(in: 0..<4, using: &generator), Int.random(in: 0..<200))
                    let token = Shared<UInt64?>(nil)
                    let task = Task {
                        try? await LoopHost(on: loop).run { host in
                            let waiter = Waiter(on: host.loop)
                            defer { waiter.close() }
                            token.withLock { $0 = waiter.token }
                            let deadline: Duration = event == 0 ? .microseconds(delay) : .seconds(60)
                            let closing =
                                event == 3
                                ? Task {
                                    _ = host
                                    await Task.yield()
                                    waiter.close()
                                } : nil
                            let outcome = await waiter.wait(until: host.loop.clock.deadline(after: deadline))
                            outcomes.withLock { $0.append(outcome) }
                            await closing?.value
                        }
                    }
                    if number.isMultiple(of: 3) { usleep(useconds_t(delay)) }
                    switch event {
                    case 1: task.cancel()
                    case 2:
                        while true {
                            if let token = token.withLock({ $0 }) {
                                loop.signal(token)
                                break
                            }
                            await Task.yield()
                        }
                    default: break
                    }
                    await task.value
                }
            }
        }
        #expect(outcomes.withLock { $0.count } == waits)
    }

    @Test("a loop that the system gives no descriptors throws a typed error instead of hanging or crashing")
    func exhaustion() async {
        // In a process of its own, since the limit concerns every test.
        await #expect(processExitsWith: .success) {
            var limit = rlimit()
            unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let lowest = dup(0)
            close(lowest)
            var lowered = limit
            // One descriptor is left, and a loop takes two.
            lowered.rlim_cur = rlim_t(lowest + 1)
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &lowered)
            let pool = EventLoopPool(name: "none", threads: 1)
            let error = await transportError {
                try await LoopHost(on: pool.nextLoop()).run { host in
                    _ = try await BIOStream.connect(to: "127.0.0.1", port: 1, on: host.loop, within: .ample)
                }
            }
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            guard case .outOfResources = error else { exit(1) }
            // The pool tries again once there are some.
            do { try pool.nextLoop().checkUsable() } catch { exit(2) }
        }
    }

    @Test(
        "a control group's quota bounds the number of loops",
        arguments: [
            ("max 100000\n", nil), ("150000 100000\n", 1.5), ("50000 100000", 0.5), ("", nil), ("0 0", nil),
            ("99999999999999999999 100000", nil), ("-1 100000", nil),
        ] as [(String, Double?)])
    func quota(_ text: String, _ expected: Double?) {
        #expect(UsableProcessors.quota(v2: text) == expected)
    }

    @Test("a group's quota counts with those above it")
    func ancestors() {
        #expect(UsableProcessors.ancestors(of: "/a/b") == ["/a/b", "/a", ""])
        #expect(UsableProcessors.ancestors(of: "/") == [""])
        #expect(UsableProcessors.count >= 1)
    }
}
