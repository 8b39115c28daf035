// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableExperimentalFeature("Lifetimes"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: settings)
}

// A package of its own, so that users of Sluice never build what only measuring needs. `Sources` and `CInterop` are
// links to the real ones: the kernels are `package` declarations, which a dependency on the parent would not show.
let package = Package(
    name: "sluice-benchmarks",
    dependencies: [
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    ],
    targets: [
        .target(name: "CByteKernels", path: "CInterop/CByteKernels"),
        .target(name: "CEpoll", path: "CInterop/CEpoll"),
        .systemLibrary(name: "COpenSSL", path: "CInterop/COpenSSL", pkgConfig: "openssl"),
        .target(name: "CMimetic", path: "CInterop/CMimetic", linkerSettings: [.linkedLibrary("mimetic")]),
        library("MailStorage"),
        library("ByteKernels", ["CByteKernels"]),
        library("MIME", ["ByteKernels", "MailStorage"]),
        library("MIMEMimetic", ["ByteKernels", "MIME", "MailStorage", "CMimetic"]),
        library("POP3Wire", ["ByteKernels", "MailStorage"]),
        library("BIOTransport", ["COpenSSL", "CEpoll"]),
        library(
            "POP3",
            ["POP3Wire", "BIOTransport", "MailStorage", "COpenSSL", .product(name: "Logging", package: "swift-log")]),
        library("MailGenerator"),
        .executableTarget(
            name: "mail-corpus", dependencies: ["MailGenerator"], path: "Drivers/MailCorpus", swiftSettings: settings),
        .executableTarget(
            name: "parse-driver", dependencies: ["MIME", "MIMEMimetic", "MailStorage"], path: "Drivers/ParseDriver",
            swiftSettings: settings),
        .executableTarget(
            name: "kernel-driver", dependencies: ["ByteKernels", "POP3Wire"], path: "Drivers/KernelDriver",
            swiftSettings: settings),
        .executableTarget(
            name: "session-driver", dependencies: ["POP3"], path: "Drivers/SessionDriver", swiftSettings: settings),
        .executableTarget(
            name: "ByteKernelsBenchmark",
            dependencies: ["ByteKernels", .product(name: "Benchmark", package: "benchmark")],
            path: "Benchmarks/ByteKernels",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ],
    cxxLanguageStandard: .cxx17
)
