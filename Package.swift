// swift-tools-version: 6.2
import PackageDescription

/// One set of settings for every room: Swift 6, no implicit imports, warnings are errors.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "elastane",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "elastane", targets: ["elastane"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // The values: groups, members, slots, identifiers and their rules.
        .target(name: "CacheModel", swiftSettings: settings),
        // The file that names the networks of the operator: read, and checked.
        .target(name: "NetworkFile", dependencies: ["CacheModel", .product(name: "Yams", package: "Yams")], swiftSettings: settings),
        // Pure decisions: what to do next, given what should be and what is.
        .target(name: "Planning", dependencies: ["CacheModel"], swiftSettings: settings),
        // Versioned records.
        .target(name: "Store", dependencies: [.product(name: "GRDB", package: "GRDB.swift")], swiftSettings: settings),
        // One engine's wire, configuration text and the catalog of installed builds.
        .target(name: "Engine", dependencies: ["CHost", nio, nioPosix, nioSSL], swiftSettings: settings),
        // The authority that nodes' certificates come from.
        .target(
            name: "Certificates",
            dependencies: [
                "CacheModel", .product(name: "Crypto", package: "swift-crypto"), .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings
        ),
        // The format of sealed files, and who tells what their keys are.
        .target(name: "Sealing", dependencies: ["CacheModel", crypto], swiftSettings: settings),
        // Files of secrets: read and replaced with care.
        .target(name: "SecretFiles", swiftSettings: settings),
        // One question to a server over HTTP.
        .target(name: "HTTPExchange", dependencies: [nio, nioPosix, nioHTTP, nioSSL], swiftSettings: settings),
        // The keys that data keys are sealed under: the keyring, and a key management service.
        .target(
            name: "MasterKeys",
            dependencies: ["AWSProtocol", "CacheModel", "HTTPExchange", "Sealing", "SecretFiles", crypto],
            swiftSettings: settings
        ),
        // This machine: processes, addresses, directories.
        .target(name: "CHost"),
        .target(
            name: "Host",
            dependencies: ["CHost", "CacheModel", "Forwarder", "Sealing", "Store", lifecycle, logging],
            swiftSettings: settings
        ),
        // A TCP forwarder that runs as a process of its own.
        .target(name: "Forwarder", dependencies: ["CHost", nio, nioPosix, nioSSL, logging], swiftSettings: settings),
        // The AWS query protocol and its signatures, knowing no service.
        .target(name: "AWSProtocol", dependencies: [crypto], swiftSettings: settings),
        // Who may call the API: keys, their policies, the file that they are kept in.
        .target(name: "Access", dependencies: ["SecretFiles", crypto, logging], swiftSettings: settings),
        // Shapes, operations and faults, generated from the service model.
        .target(name: "ElastiCacheAPI", dependencies: ["AWSProtocol"], swiftSettings: settings),
        // One handler per operation, one reconciler per group.
        .target(
            name: "ControlPlane",
            dependencies: [
                "AWSProtocol", "Access", "CacheModel", "Certificates", "ElastiCacheAPI", "Engine", "Planning", "Sealing", "Store", crypto,
                lifecycle, logging,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Server",
            dependencies: [
                "AWSProtocol", "Access", "ControlPlane", hummingbird, hummingbirdCore, hummingbirdTLS, httpTypes, lifecycle, logging, nio,
                nioPosix, nioSSL,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "elastane",
            dependencies: [
                "AWSProtocol", "Access", "CHost", "CacheModel", "Certificates", "ControlPlane", "Engine", "Forwarder", "Host",
                "HTTPExchange", "MasterKeys", "NetworkFile",
                "Planning", "Sealing", "SecretFiles", "Server", "Store", lifecycle, logging, nio, nioPosix,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        // Writes Sources/ElastiCacheAPI/Generated from the service model: `make generate`.
        .executableTarget(name: "generate-api", path: "Sources/GenerateAPI", swiftSettings: settings),

        .testTarget(name: "CacheModelTests", dependencies: ["CacheModel"], swiftSettings: settings),
        .testTarget(name: "NetworkFileTests", dependencies: ["CacheModel", "NetworkFile"], swiftSettings: settings),
        .testTarget(name: "CertificatesTests", dependencies: ["CacheModel", "Certificates"], swiftSettings: settings),
        .testTarget(name: "PlanningTests", dependencies: ["CacheModel", "Planning"], swiftSettings: settings),
        .testTarget(
            name: "StoreTests", dependencies: ["Store", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: settings),
        .testTarget(name: "EngineTests", dependencies: ["Engine", nio, nioPosix], swiftSettings: settings),
        .testTarget(name: "SealingTests", dependencies: ["CacheModel", "Sealing"], swiftSettings: settings),
        .testTarget(
            name: "MasterKeysTests", dependencies: ["CacheModel", "MasterKeys", "Sealing", "SecretFiles"], swiftSettings: settings),
        .testTarget(
            name: "HostTests", dependencies: ["CHost", "CacheModel", "Forwarder", "Host", "Sealing", "Store", logging],
            swiftSettings: settings),
        .testTarget(name: "ForwarderTests", dependencies: ["Forwarder", nio, nioPosix, logging], swiftSettings: settings),
        .testTarget(
            name: "AWSProtocolTests", dependencies: ["AWSProtocol"], exclude: ["Signing/vectors.txt"], swiftSettings: settings),
        .testTarget(name: "AccessTests", dependencies: ["Access", logging], swiftSettings: settings),
        .testTarget(
            name: "ServerTests", dependencies: ["AWSProtocol", "CacheModel", "Certificates", "ControlPlane", "Server", logging],
            swiftSettings: settings),
        .testTarget(name: "ElastiCacheAPITests", dependencies: ["AWSProtocol", "ElastiCacheAPI"], swiftSettings: settings),
        .testTarget(
            name: "ControlPlaneTests",
            dependencies: [
                "AWSProtocol", "Access", "CacheModel", "Certificates", "ControlPlane", "ElastiCacheAPI", "Engine", "Planning", "Sealing",
                "Store", logging,
            ],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
