import Glibc

/// How much a test tries that has more to try than it takes time for.
package enum TestLevel {
    /// Whether SLUICE_TEST_LEVEL is `long`, as under `make test-long`: everything is tried.
    package static let isLong = level == "long"
    /// Whether it is `sanitized`, as under a sanitizer, which makes each round many times as expensive: a quarter of the
    /// sample is tried, since the plain tests try all of it.
    package static let isSanitized = level == "sanitized"

    private static let level = unsafe getenv("SLUICE_TEST_LEVEL").map { unsafe String(cString: $0) }

    /// The number of rounds: all of them, or as many as show most of what can go wrong.
    package static func rounds(_ all: Int, quick: Int) -> Int { isLong ? all : sample(quick) }

    /// `quick`, or a quarter of it under a sanitizer.
    package static func sample(_ quick: Int) -> Int { isSanitized ? max(1, quick / 4) : quick }

    /// Lengths up to `longest`: all of them, or all up to a few registers, those around each multiple of a register
    /// beyond, and the longest.
    package static func lengths(upTo longest: Int) -> [Int] {
        (0...longest).filter { isLong || $0 <= 100 || [0, 1, 63].contains($0 % 64) || $0 == longest }
    }
}
