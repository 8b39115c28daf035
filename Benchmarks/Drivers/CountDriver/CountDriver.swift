import AllocationCount
import BenchmarkRows
@preconcurrency import Glibc

/// Does the work of one row so many times, for its instructions to be counted by Valgrind, which collects within
/// `countedWork` only; and counts allocations itself.
///
///     count-driver               prints each row: its group and name
///     count-driver ROW REPEATS   prints the allocations of all the repeats
@main
struct CountDriver {
    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.count == 1 {
            for group in RowGroup.counted {
                for row in group.rows where !row.isYardstick { print("\(group.name)\t\(row.name)") }
            }
            return
        }
        guard arguments.count == 3, let repeats = Int(arguments[2]), repeats > 0,
            let row = RowGroup.counted.flatMap(\.rows).first(where: { $0.name == arguments[1] })
        else {
            _ = fputs("usage: count-driver [ROW REPEATS]\n", stderr)
            exit(64)
        }
        let work = try row.makeWork()
        // Once before anything counts, so that memory which is kept has been asked for.
        try work.prepare()
        _ = try work.run()
        var allocations: UInt64 = 0
        for _ in 0..<repeats {
            try work.prepare()
            let before = sluice_allocation_count()
            _ = try countedWork(work)
            allocations += sluice_allocation_count() - before
        }
        print(allocations)
    }
}

@inline(never)
private func countedWork(_ work: Row.Work) throws -> Int { try work.run() }
