/// A piece of work that is measured by itself. It is defined once: the benchmarks take its time, the count driver its
/// instructions and allocations.
package struct Row: Sendable {
    /// The work with what it needs in memory. Used by one thread at a time.
    package struct Work {
        /// What the work goes through each time, for its rate.
        package let octets: Int
        /// Puts everything where the work needs it, each time before it; not measured.
        package let prepare: () throws -> Void
        /// What is measured. The result depends on all of it, so that the compiler leaves nothing out.
        package let run: () throws -> Int

        init(octets: Int, prepare: @escaping () throws -> Void = {}, run: @escaping () throws -> Int) {
            self.octets = octets
            self.prepare = prepare
            self.run = run
        }
    }

    package let name: String
    /// Whether one run is too short for a clock. It needs no preparation then, and is repeated.
    package let isShort: Bool
    /// Whether it is somebody else's work, there to be compared with.
    package let isYardstick: Bool
    /// Makes the input: only of rows that are measured.
    package let makeWork: @Sendable () throws -> Work

    init(
        _ name: String, isShort: Bool = false, isYardstick: Bool = false,
        makeWork: @escaping @Sendable () throws -> Work
    ) {
        self.name = name
        self.isShort = isShort
        self.isYardstick = isYardstick
        self.makeWork = makeWork
    }
}

/// Why a row's work failed: it did not find what its input has.
struct WrongResult: Error {
    let found: Int
    let expected: Int

    /// Gives `found` back if it is what is expected.
    static func check(_ found: Int, _ expected: Int) throws(WrongResult) -> Int {
        guard found == expected else { throw WrongResult(found: found, expected: expected) }
        return found
    }
}
