import Glibc
import POP3

/// Drains one maildrop by many sessions, so many at once, all on one event loop, and keeps nothing.
///
///     session-driver PORT USER PASSWORD SESSIONS AT-ONCE
///
/// Prints nanoseconds of wall and of CPU, messages, octets, the most memory held, in KiB, and nanoseconds of wall from
/// when all sessions at once had their listings to when they had their mail; 0 where fewer are at once.
@main
struct SessionDriver {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, let port = Int(arguments[1]), let count = Int(arguments[4]),
            let atOnce = Int(arguments[5]), atOnce > 0, atOnce <= count
        else {
            print("usage: \(arguments[0]) PORT USER PASSWORD SESSIONS AT-ONCE")
            exit(64)
        }
        raiseDescriptorLimit(to: count + 64)
        let credential = POP3Credential.password(user: arguments[2], secret: Secret(arguments[3]))
        let endpoint = POP3Endpoint.pop("127.0.0.1", port: port, security: .plaintext)
        let sessions = sessionsOnOneLoop(count, endpoint, credential)
        // All of it on the loop's own thread.
        try await withTaskExecutorPreference(sessions[0].executor) {
            try await measure(sessions, atOnce: atOnce)
        }
    }

    static func measure(_ sessions: [POP3Session], atOnce: Int) async throws {
        let count = sessions.count
        let (wall, processor) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
        var drained = Drained()
        var retrieving: UInt64 = 0
        if atOnce == count {
            let listed = try await each(of: sessions, atOnce: atOnce) { ($0, try await $0.list()) }
            let start = now(CLOCK_MONOTONIC)
            for one in try await each(of: listed, atOnce: atOnce, { try await retrieve($1, by: $0) }) { drained += one }
            retrieving = now(CLOCK_MONOTONIC) - start
            _ = try await each(of: listed, atOnce: atOnce) { session, _ in try await session.quit() }
        } else {
            let all = try await each(of: sessions, atOnce: atOnce) { session in
                let drained = try await retrieve(try await session.list(), by: session)
                try await session.quit()
                return drained
            }
            for one in all { drained += one }
        }
        let times = "\(now(CLOCK_MONOTONIC) - wall) \(now(CLOCK_PROCESS_CPUTIME_ID) - processor)"
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        print("\(times) \(drained.messages) \(drained.octets) \(usage.ru_maxrss) \(retrieving)")
    }

    struct Drained {
        var messages = 0
        var octets = 0

        static func += (sum: inout Drained, more: Drained) {
            sum.messages += more.messages
            sum.octets += more.octets
        }
    }

    /// Does the work for each session, for so many at once, on the thread that serves them.
    static func each<Result: Sendable>(
        of sessions: [POP3Session], atOnce: Int, _ work: @escaping @Sendable (POP3Session) async throws -> Result
    ) async throws -> [Result] {
        try await each(of: sessions.map { ($0, ()) }, atOnce: atOnce) { session, _ in try await work(session) }
    }

    /// The same where something is known of each session.
    static func each<Known: Sendable, Result: Sendable>(
        of sessions: [(POP3Session, Known)], atOnce: Int,
        _ work: @escaping @Sendable (POP3Session, Known) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: Result.self) { group in
            var waiting = sessions[...]
            func addNext() {
                guard let (session, known) = waiting.popFirst() else { return }
                group.addTask(executorPreference: session.executor) { try await work(session, known) }
            }
            for _ in 0..<atOnce { addNext() }
            var results: [Result] = []
            while let result = try await group.next() {
                results.append(result)
                addNext()
            }
            return results
        }
    }

    static func retrieve(_ maildrop: MaildropSummary, by session: POP3Session) async throws -> Drained {
        var drained = Drained()
        for try await message in session.retrieve(.listed(maildrop, positions: Array(maildrop.indices))) {
            drained.messages += 1
            drained.octets += message.bytes.count
        }
        return drained
    }

    /// Sessions are dealt to as many loops as there are cores: those between are made and left alone.
    static func sessionsOnOneLoop(
        _ count: Int, _ endpoint: POP3Endpoint, _ credential: POP3Credential
    ) -> [POP3Session] {
        let loops = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        var configuration = POP3Configuration()
        // What is measured is mail: a login by SCRAM costs a millisecond by itself, as it is meant to.
        configuration.authentication.methods = [.user]
        return (0..<count * loops).compactMap { turn in
            let session = POP3Session(to: endpoint, as: credential, configuration: configuration)
            return turn % loops == 0 ? session : nil
        }
    }

    static func raiseDescriptorLimit(to count: Int) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, rlim_t(count)))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    static func now(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
