import AllocationCount
package import Benchmark
import Glibc

/// Measures in one iteration what the library does not: octets a second; how often memory was asked for, which it
/// counts only by a library of its own that is preloaded; and the time of the processor, which it has to the hundredth
/// of a second.
package struct AddedMetrics {
    /// 10^6 octets a second.
    package static let rate = BenchmarkMetric.custom("Rate (MB / s)", polarity: .prefersLarger, useScalingFactor: false)
    package static let allocations = BenchmarkMetric.custom("Allocations")
    package static let processorTime = BenchmarkMetric.custom("Time (processor) (μs)")
    /// Counts are shown as they are.
    package static var units: [BenchmarkMetric: BenchmarkUnits] {
        [rate: .count, allocations: .count, processorTime: .count]
    }

    private let benchmark: Benchmark
    private let allocationsBefore: UInt64
    private let processorBefore: Duration
    private let start: ContinuousClock.Instant

    /// Starts the library's measurement too.
    package init(of benchmark: Benchmark) {
        self.benchmark = benchmark
        // The slowest to ask comes first, and last at the end: the library's clock is not to count it.
        processorBefore = Self.processor
        benchmark.startMeasurement()
        allocationsBefore = sluice_allocation_count()
        start = ContinuousClock.now
    }

    /// Stops all of it; so many octets were gone through.
    package func stop(octets: Int) {
        let time = start.duration(to: .now)
        let allocations = sluice_allocation_count() - allocationsBefore
        benchmark.stopMeasurement()
        let processor = Self.processor - processorBefore
        benchmark.measurement(Self.rate, Int(Double(octets) / 1e6 / (time / .seconds(1))))
        benchmark.measurement(Self.allocations, Int(allocations))
        benchmark.measurement(Self.processorTime, Int(processor / .microseconds(1)))
    }

    /// What all threads of this process have had.
    private static var processor: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
