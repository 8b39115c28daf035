// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that users of Sluice never build what only measuring needs. `Sources` and `CInterop` are
// links to the real ones: the kernels are `package` declarations, which a dependency on the parent would not show.
let package = Package(
    name: "sluice-benchmarks",
    dependencies: [
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: [])
    ],
    targets: [
        .target(name: "CByteKernels", path: "CInterop/CByteKernels"),
        .target(name: "ByteKernels", dependencies: ["CByteKernels"], path: "Sources/ByteKernels"),
        .executableTarget(
            name: "ByteKernelsBenchmark",
            dependencies: ["ByteKernels", .product(name: "Benchmark", package: "benchmark")],
            path: "Benchmarks/ByteKernels",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
