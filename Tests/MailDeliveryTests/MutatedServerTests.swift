import MailStoresTestSupport
import POP3
import POP3Sandbox
import SeededRandom
import Testing

@testable import MailDelivery

/// A server or a proxy that changes one line of all it says, and a second run against one that does not.
@Suite("Nothing is lost to one line that a server loses, doubles, makes up or moves", .timeLimit(.minutes(20)))
struct MutatedServerTests {
    enum Sizes: CaseIterable {
        case exact, lineFeeds, random
        var fault: SandboxFault? {
            switch self {
            case .exact: nil
            case .lineFeeds: .listSizesOfLF
            case .random: .listSizesRandom
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let change: WireMutator.Change
        let place: Int
        let sizes: Sizes
        let isPipelined: Bool
        let deletes: Bool
        var testDescription: String {
            "\(change) at \(place), sizes \(sizes), \(isPipelined ? "pipelined" : "serial"), deletes: \(deletes)"
        }
    }

    /// Messages whose lines look like the protocol's.
    static let messages: [[UInt8]] = [
        "Subject: a\r\n\r\nfirst\r\nlast\r\n", "Subject: b\r\n\r\n+OK 40 octets\r\n.\r\n+OK\r\nx\r\n",
        "Subject: c\r\n\r\n.dots\r\n..\r\n-ERR no\r\nend\r\n", "Subject: d\r\n\r\nSubject: e\r\n\r\ny\r\n",
        "Subject: f\r\n\r\nfirst\r\nlast\r\n",
    ].map { Array($0.utf8) }

    static let changes: [WireMutator.Change] =
        [.lose, .double, .swap, .stuff, .unstuff]
        + ["+OK", "+OK 40 octets", "-ERR no", ".", "", "2 40", "+OK 2 40"].map { .insert(Array($0.utf8)) }

    /// Lines that a session of these messages has, at least.
    static let lineCount = 70

    /// Every case in the long level; one in eleven otherwise, another choice for each combination.
    static var cases: [Case] {
        var cases: [Case] = []
        for change in changes {
            for place in 0..<lineCount {
                for sizes in Sizes.allCases {
                    for isPipelined in [true, false] {
                        for deletes in [true, false] {
                            cases.append(
                                Case(
                                    change: change, place: place, sizes: sizes, isPipelined: isPipelined,
                                    deletes: deletes))
                        }
                    }
                }
            }
        }
        return TestLevel.isLong
            ? cases
            : cases.enumerated().filter { $0.offset % (TestLevel.isSanitized ? 43 : 11) == 0 }.map(\.element)
    }

    private func run(_ one: Case) async throws -> [String] {
        let folder = try TemporaryFolder()
        let account = SandboxAccount(user: "u", password: "p", maildrop: MemoryMaildrop(Self.messages))
        var run = DrainRun(account)
        run.options.deletes = one.deletes
        run.configuration.pipelining.isEnabled = one.isPipelined
        run.configuration.setTimeouts(.milliseconds(300))
        let mutator = WireMutator(one.change, at: one.place)
        run.server.mutator = mutator
        run.server.faults = Set([one.sizes.fault].compactMap { $0 })
        let sink = MemorySink()
        var problems: [String] = []
        for isMended in [false, true] {
            if isMended {
                run.server.mutator = nil
                run.configuration.timeouts = DrainRun(account).configuration.timeouts
            }
            let seen = try SeenMessageStore(path: folder["seen"], account: "a", destinations: ["memory:"])
            let result = try await run(into: sink, seen: seen)
            if isMended, case .failure(let error) = result { problems.append("the mended server: \(error)") }
            let gone = Set(await deleted(account))
            for (index, message) in Self.messages.enumerated() {
                // A change within a message that leaves it one is what the server sent.
                let isStored =
                    sink.stored.contains(message)
                    || mutator.alteredMessages.contains { Self.isChange(of: message, $0) && sink.stored.contains($0) }
                if !isStored, gone.contains(index) { problems.append("message \(index) is deleted and not stored") }
                if !isStored, result.isClean, isMended { problems.append("message \(index) is not stored, exit 0") }
            }
        }
        return problems
    }

    private static func isChange(of message: [UInt8], _ altered: [UInt8]) -> Bool {
        // The messages differ in the subject's letter.
        Set(messages.filter { $0.prefix(10) == altered.prefix(10) }) == [message]
            || altered.prefix(10) != message.prefix(10) && altered.suffix(4) == message.suffix(4)
    }

    private func deleted(_ account: SandboxAccount) async -> [Int] {
        account.deletedIndices
    }

    /// A server that changes one line in six, from some line on: the client ends with a report or a typed error, and does
    /// not trap or wait without end.
    @Test("a server whose replies are noise ends in a report or an error")
    func noise() async throws {
        let seeds = 0..<UInt64(TestLevel.rounds(6_000, quick: 400))
        await withTaskGroup(of: Void.self) { group in
            var next = seeds.makeIterator()
            func add() {
                guard let seed = next.next() else { return }
                group.addTask {
                    let account = SandboxAccount(user: "u", password: "p", maildrop: MemoryMaildrop(Self.messages))
                    var run = DrainRun(account)
                    run.options.deletes = seed % 2 == 0
                    run.options.chunkThreshold = seed % 3 == 0 ? 20 : 4096
                    run.configuration.pipelining.isEnabled = seed % 5 != 0
                    run.configuration.authentication.methods = seed % 7 == 0 ? nil : [.user]
                    run.configuration.setTimeouts(.milliseconds(200))
                    run.server.mutator = Noise.mutator(seed, from: [0, 3, 15, 25][Int(seed % 4)])
                    do {
                        _ = try await run(into: MemorySink())
                    } catch {
                        Issue.record("seed \(seed): \(error)")
                    }
                }
            }
            for _ in 0..<24 { add() }
            while await group.next() != nil { add() }
        }
    }

    @Test("every message is stored byte for byte or still on the server, and exit 0 means that all are stored")
    func oneChange() async throws {
        let cases = Self.cases
        await withTaskGroup(of: Void.self) { group in
            var next = cases.makeIterator()
            func add() {
                guard let one = next.next() else { return }
                group.addTask {
                    do {
                        for problem in try await run(one) { Issue.record("\(one.testDescription): \(problem)") }
                    } catch {
                        Issue.record("\(one.testDescription): \(error)")
                    }
                }
            }
            for _ in 0..<24 { add() }
            while await group.next() != nil { add() }
        }
    }
}
