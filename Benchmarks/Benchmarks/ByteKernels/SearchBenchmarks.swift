import Benchmark
import ByteKernels
import Glibc

/// Mail-like text of the size of a receive block's share: lines of 76, none with a dot in front.
private let text: [UInt8] = (0..<131_072).map { index in
    switch index % 78 {
    case 76: UInt8(ascii: "\r")
    case 77: UInt8(ascii: "\n")
    default: UInt8(ascii: "a") + UInt8(index % 23)
    }
}

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput], timeUnits: .nanoseconds, scalingFactor: .kilo, maxDuration: .seconds(2))

    let implementations: [ByteKernels.Implementation] = ByteKernels.Implementation.available
    for implementation in implementations {
        Benchmark("Search for LF dot in 128 KiB, \(implementation)") { benchmark in
            text.withUnsafeBytes { bytes in
                for _ in benchmark.scaledIterations {
                    blackHole(ByteKernels.indexOfNewlineDot(bytes, using: implementation))
                }
            }
        }
    }

    Benchmark("memchr for an absent byte in 128 KiB") { benchmark in
        text.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            for _ in benchmark.scaledIterations {
                blackHole(memchr(start, 0, bytes.count))
            }
        }
    }

    Benchmark("memcpy of 128 KiB") { benchmark in
        var copy = [UInt8](repeating: 0, count: text.count)
        text.withUnsafeBytes { bytes in
            copy.withUnsafeMutableBytes { target in
                guard let destination = target.baseAddress, let source = bytes.baseAddress else { return }
                for _ in benchmark.scaledIterations {
                    blackHole(memcpy(destination, source, bytes.count))
                }
            }
        }
    }
}
