import Glibc
import POP3

/// Drains one maildrop by many sessions, so many at once, all on one event loop, and keeps nothing.
///
///     session-driver PORT USER PASSWORD SESSIONS AT-ONCE
///
/// Prints nanoseconds of wall and of CPU, messages, octets, and the most memory held, in KiB.
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
        let sum = try await withThrowingTaskGroup(of: (messages: Int, octets: Int).self) { group in
            var waiting = sessions[...]
            for session in waiting.prefix(atOnce) { group.addTask { try await drain(session) } }
            waiting = waiting.dropFirst(atOnce)
            var sum = (messages: 0, octets: 0)
            while let drained = try await group.next() {
                sum.messages += drained.messages
                sum.octets += drained.octets
                if let session = waiting.popFirst() { group.addTask { try await drain(session) } }
            }
            return sum
        }
        let times = "\(now(CLOCK_MONOTONIC) - wall) \(now(CLOCK_PROCESS_CPUTIME_ID) - processor)"
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        print("\(times) \(sum.messages) \(sum.octets) \(usage.ru_maxrss)")
    }

    static func drain(_ session: POP3Session) async throws -> (messages: Int, octets: Int) {
        var drained = (messages: 0, octets: 0)
        for try await message in session.retrieve(.all) {
            drained.messages += 1
            drained.octets += message.bytes.count
        }
        try await session.quit()
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
