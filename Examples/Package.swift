// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
]

let wire: Target.Dependency = .product(name: "POP3Wire", package: "sluice")

// A package of its own: it sees what users of the product see, and they fetch nothing that only examples need.
let package = Package(
    name: "sluice-examples",
    dependencies: [
        .package(name: "sluice", path: ".."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    ],
    targets: [
        .systemLibrary(name: "CBIO", path: "CBIO", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "OverBIO", dependencies: ["CBIO", wire], swiftSettings: settings),
        .target(
            name: "OverNIO", dependencies: [wire, .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: settings),
        .target(name: "OverCapture", dependencies: [wire], swiftSettings: settings),
        .testTarget(
            name: "ExampleTests",
            dependencies: [
                "CBIO", "OverBIO", "OverNIO", "OverCapture", wire,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            resources: [.copy("Captures")], swiftSettings: settings),
    ]
)
