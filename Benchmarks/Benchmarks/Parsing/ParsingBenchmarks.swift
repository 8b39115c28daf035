import BenchmarkRegistration
import BenchmarkRows

let benchmarks: @Sendable () -> Void = { RowGroup.parsing.register() }
