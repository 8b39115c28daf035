// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: complete checking, and each unsafe expression marked and answered for.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]

/// Where a module hands out `RawSpan` views of memory that it owns.
let lifetimes: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], _ extra: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict + extra)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, resources: resources,
        swiftSettings: strict + lifetimes)
}

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let inMemoryLogging: Target.Dependency = .product(name: "InMemoryLogging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// The plugin behind `make docs`; users of the libraries never fetch it.
let documentation: [Package.Dependency] =
    Context.environment["SLUICE_DOCS"] == "1"
    ? [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")] : []

let package = Package(
    name: "sluice",
    products: [
        .library(name: "POP3", targets: ["POP3"]),
        .library(name: "POP3Wire", targets: ["POP3Wire"]),
        .library(name: "MIME", targets: ["MIME"]),
        .library(name: "MIMEMimetic", targets: ["MIMEMimetic"]),
        .library(name: "MIMECompare", targets: ["MIMECompare"]),
        .library(name: "MailDelivery", targets: ["MailDelivery"]),
        .library(name: "POP3Sandbox", targets: ["POP3Sandbox"]),
        .executable(name: "sluice", targets: ["sluice"]),
    ],
    traits: [
        .trait(name: "CharsetDetection", description: "Guesses charsets that no message names, by uchardet"),
        .trait(name: "IDN", description: "Reads and checks international domain names by IDNA 2008, by libidn2"),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
    ] + documentation,
    targets: [
        .systemLibrary(
            name: "COpenSSL", path: "CInterop/COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        // Behind traits, so that nobody has to have libraries for what they do not use.
        .systemLibrary(
            name: "CUchardet", path: "CInterop/CUchardet", pkgConfig: "uchardet", providers: [.apt(["libuchardet-dev"])]
        ),
        .systemLibrary(
            name: "CIDN2", path: "CInterop/CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        .target(name: "CEpoll", path: "CInterop/CEpoll"),
        .target(name: "CAllocation", path: "CInterop/CAllocation"),
        .target(name: "CFileDurability", path: "CInterop/CFileDurability"),
        .target(name: "CTerminal", path: "CInterop/CTerminal"),
        .target(name: "CByteKernels", path: "CInterop/CByteKernels"),
        .target(
            name: "CMimetic", path: "CInterop/CMimetic", linkerSettings: [.linkedLibrary("mimetic")]),

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
        library("MIMECompare", ["MIME", "CAllocation"]),
        library("MailStores", ["ByteCoding", "MessageBuffers", "Digests", "CFileDurability", system], lifetimes),
        library(
            "MailDelivery", ["POP3", "MIME", "MailStores", "MessageBuffers", "ByteCoding", "Digests", system], lifetimes
        ),
        library("MailGenerator", ["ByteCoding"]),
        library(
            "POP3Sandbox",
            ["BIOTransport", "ByteCoding", "Digests", "MailStores", "MessageBuffers", "COpenSSL", logging, system],
            lifetimes),
        .executableTarget(
            name: "sluice",
            dependencies: [
                "POP3", "MIME", "MIMEMimetic", "MIMECompare", "MailDelivery", "MailStores", "MailGenerator",
                "POP3Sandbox",
                "ByteCoding", "Digests", "MessageBuffers", "CTerminal",
                arguments, logging, system,
            ],
            swiftSettings: strict),

        // What `make scaling` gives messages to; no product.
        .executableTarget(
            name: "scaling-driver", dependencies: ["MIME", "MIMEMimetic"], path: "Tests/Scaling/Driver",
            swiftSettings: strict),

        tests(
            of: "MIME", ["ByteCoding", "COpenSSL", "MailGenerator", "SeededRandom"],
            resources: [.copy("Scripts"), .copy("Deviations")]),
        tests(of: "MIMECompare", ["MIME", "MIMEMimetic", "MailGenerator"]),
        tests(of: "ByteCoding", ["SeededRandom"]),
        tests(of: "Digests", ["ByteCoding"]),
        tests(of: "SASL", ["ByteCoding", "Digests", "SeededRandom"]),
        tests(
            of: "POP3",
            [
                "BIOTransport", "MessageBuffers", "MailGenerator", "POP3Sandbox", "POP3Wire", "SeededRandom", logging,
                inMemoryLogging,
            ]),
        .target(
            name: "SeededRandom", dependencies: ["ByteCoding"], path: "Tests/SeededRandom", swiftSettings: strict),
        tests(of: "MailStores", ["Digests", "MailStoresTestSupport", "MessageBuffers", "SeededRandom", system]),
        .target(
            name: "MailStoresTestSupport", dependencies: ["MailStores", "MessageBuffers"],
            path: "Tests/MailStoresTestSupport", swiftSettings: strict + lifetimes),
        tests(
            of: "MailDelivery",
            ["MailStoresTestSupport", "MessageBuffers", "MailStores", "POP3", "POP3Sandbox", "SeededRandom", system]),
        tests(of: "ByteKernels", ["SeededRandom"]),
        tests(of: "MIMEMimetic", ["MessageBuffers"]),
        tests(of: "MailGenerator", resources: [.copy("Scripts")]),
        tests(of: "POP3Sandbox", ["MailGenerator", "POP3", "SeededRandom"], resources: [.copy("Scripts")]),
        .testTarget(
            name: "SluiceTests", dependencies: ["sluice", "POP3TestSupport", "POP3Sandbox"], swiftSettings: strict),
        .testTarget(
            name: "ReadmeTests", dependencies: ["MIME", "POP3", "POP3Sandbox"], swiftSettings: strict),
        .target(name: "POP3TestSupport", path: "Tests/POP3TestSupport", swiftSettings: strict),
        .testTarget(
            name: "RealServerTests", dependencies: ["POP3TestSupport", "POP3", "MessageBuffers"], swiftSettings: strict),
        tests(of: "MessageBuffers"),
        tests(of: "POP3Wire", ["MessageBuffers", "SeededRandom"]),
        tests(of: "BIOTransport", ["COpenSSL", "Digests", "POP3Sandbox"]),
    ],
    cxxLanguageStandard: .cxx17
)

// The thread sanitizer finds nothing where there are no threads: its build leaves those tests out.
if Context.environment["SLUICE_TESTS"] == "threads" {
    let withThreads: Set = [
        "BIOTransportTests", "MailDeliveryTests", "POP3SandboxTests", "POP3Tests", "RealServerTests", "SluiceTests",
    ]
    package.targets.removeAll { $0.isTest && !withThreads.contains($0.name) }
    // The sanitizer does not know the standard library's mutex by itself.
    package.targets.append(.target(name: "CMutexAnnotations", path: "CInterop/CMutexAnnotations"))
    for target in package.targets where target.name == "sluice" || target.name == "BIOTransportTests" {
        target.dependencies.append("CMutexAnnotations")
    }
}
