import Benchmark
package import BenchmarkRows

extension RowGroup {
    /// Makes each row a benchmark.
    package func register() {
        for row in rows { row.register() }
    }
}

extension Row {
    /// Instructions are counted by the count driver: few machines let the library read the processor's counters.
    private static let metrics: [BenchmarkMetric] = [
        .wallClock, .throughput, AddedMetrics.rate, AddedMetrics.allocations,
    ]

    fileprivate func register() {
        let configuration = Benchmark.Configuration(
            metrics: Self.metrics, units: AddedMetrics.units, scalingFactor: isShort ? .kilo : .one,
            maxDuration: .milliseconds(500))
        Benchmark(
            name, configuration: configuration,
            closure: { benchmark, work in
                try work.prepare()
                let measurement = AddedMetrics(of: benchmark)
                for _ in benchmark.scaledIterations { blackHole(try work.run()) }
                measurement.stop(octets: work.octets * benchmark.scaledIterations.count)
            }, setup: makeWork)
    }
}
