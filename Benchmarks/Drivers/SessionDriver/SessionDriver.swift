import Glibc
import POP3

/// Drains one maildrop by many sessions, so many at once, all on one event loop, and keeps nothing.
///
///     session-driver PORT USER PASSWORD SESSIONS AT-ONCE
///
/// Prints nanoseconds of wall and of CPU, messages, octets, the most memory held, in KiB, and nanoseconds of wall from
/// when the last session of all at once had logged in to when it had its mail; 0 where fewer are at once.
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
        let (wall, processor) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
        var drained = Drained()
        var retrieving: UInt64 = 0
        if atOnce == count {
            _ = try await each(of: sessions, atOnce: atOnce) { session in
                _ = try await session.status()
                return Drained()
            }
            let start = now(CLOCK_MONOTONIC)
            drained = try await each(of: sessions, atOnce: atOnce) { try await retrieve($0) }
            retrieving = now(CLOCK_MONOTONIC) - start
            _ = try await each(of: sessions, atOnce: atOnce) { session in
                try await session.quit()
                return Drained()
            }
        } else {
            drained = try await each(of: sessions, atOnce: atOnce) { session in
                let drained = try await retrieve(session)
                try await session.quit()
                return drained
            }
        }
        let times = "\(now(CLOCK_MONOTONIC) - wall) \(now(CLOCK_PROCESS_CPUTIME_ID) - processor)"
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        print("\(times) \(drained.messages) \(drained.octets) \(usage.ru_maxrss) \(retrieving)")
    }

    struct Drained {
        var messages = 0
        var octets = 0
    }

    /// Does the work for each session, for so many at once, on the thread that serves them.
    static func each(
        of sessions: [POP3Session], atOnce: Int, _ work: @escaping @Sendable (POP3Session) async throws -> Drained
    ) async throws -> Drained {
        try await withThrowingTaskGroup(of: Drained.self) { group in
            func add(_ session: POP3Session) {
                group.addTask(executorPreference: session.executor) { try await work(session) }
            }
            var waiting = sessions[...]
            for session in waiting.prefix(atOnce) { add(session) }
            waiting = waiting.dropFirst(atOnce)
            var sum = Drained()
            while let drained = try await group.next() {
                sum.messages += drained.messages
                sum.octets += drained.octets
                if let session = waiting.popFirst() { add(session) }
            }
            return sum
        }
    }

    static func retrieve(_ session: POP3Session) async throws -> Drained {
        var drained = Drained()
        for try await message in session.retrieve(.all) {
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
