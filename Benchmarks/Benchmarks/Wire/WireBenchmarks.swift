import BenchmarkRegistration
import BenchmarkRows

let benchmarks: @Sendable () -> Void = { RowGroup.wire.register() }
