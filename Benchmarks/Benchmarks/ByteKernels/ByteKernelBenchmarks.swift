import BenchmarkRegistration
import BenchmarkRows

let benchmarks: @Sendable () -> Void = { RowGroup.kernels.register() }
