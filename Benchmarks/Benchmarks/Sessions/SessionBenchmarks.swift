import BenchmarkRegistration
import BenchmarkRows

let benchmarks: @Sendable () -> Void = {
    RowGroup.memorySessions.register()
    LoopbackBenchmarks.register()
}
