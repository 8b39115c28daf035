import Glibc

/// How much a test tries that has more to try than it takes time for.
package enum TestLevel {
    /// Whether SLUICE_TEST_LEVEL is `long`, as under `make test-long`: everything is tried.
    package static let isLong = unsafe getenv("SLUICE_TEST_LEVEL").map { unsafe String(cString: $0) } == "long"

    /// The number of rounds: all of them, or as many as show most of what can go wrong.
    package static func rounds(_ all: Int, quick: Int) -> Int { isLong ? all : quick }

    /// Lengths up to `longest`: all of them, or all up to a few registers, those around each multiple of a register
    /// beyond, and the longest.
    package static func lengths(upTo longest: Int) -> [Int] {
        (0...longest).filter { isLong || $0 <= 100 || [0, 1, 63].contains($0 % 64) || $0 == longest }
    }
}
