// swift-tools-version: 6.2
import PackageDescription

/// The settings of ../Package.swift: Tests/Scripts/manifests.py compares the two.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]

let lifetimes: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

/// What measures, and is no part of Sluice.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableExperimentalFeature("Lifetimes"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], _ extra: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: strict + extra)
}

func driver(_ name: String, _ folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Drivers/\(folder)", swiftSettings: settings)
}

func benchmark(_ folder: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: "\(folder)Benchmark", dependencies: ["BenchmarkRows", "BenchmarkRegistration"] + dependencies,
        path: "Benchmarks/\(folder)", swiftSettings: settings,
        plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let benchmarks: Target.Dependency = .product(name: "Benchmark", package: "benchmark")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

// A package of its own, so that users of Sluice never build what only measuring needs. `Sources` and `CInterop` are
// links to the real ones: the kernels are `package` declarations, which a dependency on the parent would not show.
let package = Package(
    name: "sluice-benchmarks",
    traits: [
        .trait(name: "CharsetDetection", description: "Guesses charsets that no message names, by uchardet"),
        .trait(name: "IDN", description: "Reads and checks international domain names by IDNA 2008, by libidn2"),
    ],
    dependencies: [
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: []),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.4.0"),
    ],
    targets: [
        .target(name: "CByteKernels", path: "CInterop/CByteKernels"),
        .target(name: "CEpoll", path: "CInterop/CEpoll"),
        .systemLibrary(name: "COpenSSL", path: "CInterop/COpenSSL", pkgConfig: "openssl"),
        .systemLibrary(name: "CUchardet", path: "CInterop/CUchardet", pkgConfig: "uchardet"),
        .systemLibrary(name: "CIDN2", path: "CInterop/CIDN2", pkgConfig: "libidn2"),
        .target(name: "CMimetic", path: "CInterop/CMimetic", linkerSettings: [.linkedLibrary("mimetic")]),
        library("ByteCoding"),
        library("Digests", ["COpenSSL"]),
        library("MessageBuffers", ["ByteCoding"], lifetimes),
        library("ByteKernels", ["ByteCoding", "CByteKernels"]),
        library("POP3Wire", ["ByteKernels", "MessageBuffers", deque], lifetimes),
        library("BIOTransport", ["ByteCoding", "Digests", "COpenSSL", "CEpoll", heap, deque]),
        library("SASL", ["ByteCoding", "Digests"]),
        library(
            "POP3",
            [
                "POP3Wire", "BIOTransport", "SASL", "MessageBuffers", "ByteCoding", "Digests", "COpenSSL", deque,
                logging, metrics,
            ]),
        library(
            "MIME",
            [
                "ByteCoding", "ByteKernels", "Digests", "MessageBuffers",
                .target(name: "CUchardet", condition: .when(traits: ["CharsetDetection"])),
                .target(name: "CIDN2", condition: .when(traits: ["IDN"])),
            ], lifetimes),
        library("MIMEMimetic", ["ByteKernels", "MIME", "MessageBuffers", "CMimetic"]),
        library("MailGenerator", ["ByteCoding"]),
        .target(name: "CFileDurability", path: "CInterop/CFileDurability"),
        library("MailStores", ["ByteCoding", "MessageBuffers", "Digests", "CFileDurability", system], lifetimes),
        library(
            "POP3Sandbox",
            ["BIOTransport", "ByteCoding", "Digests", "MailStores", "MessageBuffers", "COpenSSL", logging, system],
            lifetimes),

        .target(name: "AllocationCount", path: "AllocationCount"),
        .target(
            name: "ParsingWork", dependencies: ["MIME", "MailGenerator"], path: "ParsingWork", swiftSettings: settings),
        .target(
            name: "BenchmarkRows",
            dependencies: [
                "ByteKernels", "POP3Wire", "MIME", "MIMEMimetic", "MessageBuffers", "COpenSSL", "POP3Sandbox",
                "ParsingWork",
            ], path: "Rows", swiftSettings: settings),
        .target(
            name: "BenchmarkRegistration", dependencies: ["AllocationCount", "BenchmarkRows", benchmarks],
            path: "Registration", swiftSettings: settings),

        driver("mail-corpus", "MailCorpus", ["ParsingWork"]),
        driver("parse-driver", "ParseDriver", ["MIME", "MIMEMimetic", "MessageBuffers", "ParsingWork"]),
        driver("kernel-driver", "KernelDriver", ["ByteKernels", "POP3Wire"]),
        driver("session-driver", "SessionDriver", ["POP3"]),
        driver("count-driver", "CountDriver", ["AllocationCount", "BenchmarkRows"]),
        driver("sandbox-server", "SandboxServer", ["POP3Sandbox", "ParsingWork"]),

        benchmark("ByteKernels"),
        benchmark("Wire"),
        benchmark("Parsing"),
        benchmark("Headers"),
        // The server is built with what starts it.
        benchmark("Sessions", [benchmarks, "POP3", "MIME", "ParsingWork", "sandbox-server"]),
    ],
    cxxLanguageStandard: .cxx17
)
