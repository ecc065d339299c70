// swift-tools-version: 6.2
import PackageDescription

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let inMemoryLogging = Target.Dependency.product(name: "InMemoryLogging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

let package = Package(
    name: "drawbridge",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "drawbridge", targets: ["drawbridge"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .executableTarget(
            name: "drawbridge",
            dependencies: [
                "Demo", "SimulatedUpstream", "Web", "Broker", "Connectors", "Storage", "StorageSQLite", "OAuth",
                hummingbird, hummingbirdCore, hummingbirdTLS, asyncHTTPClient, argumentParser, configuration, logging,
                lifecycle, unixSignals, nioSSL, nioCore, nioHTTP1, nioHTTPTypesHTTP1, nioPosix, httpTypes, system,
                tracing,
            ]
        ),
        .target(
            name: "Demo",
            dependencies: [
                "SimulatedUpstream", hummingbird, httpTypes, asyncHTTPClient, crypto, logging, lifecycle, nioCore,
                nioHTTP1,
            ]
        ),
        .target(
            name: "SimulatedUpstream",
            dependencies: ["OAuth", hummingbird, httpTypes, crypto, cryptoExtras, logging, lifecycle, nioCore]
        ),
        .target(
            name: "Web",
            dependencies: ["Broker", "OAuth", hummingbird, httpTypes, mustache, crypto, logging, nioCore, tracing]
        ),
        .target(
            name: "Broker",
            dependencies: ["Connectors", "Storage", "OAuth", "CArgon2", "COpenSSL", crypto, logging, lifecycle, system]
        ),
        .target(
            name: "Connectors",
            dependencies: [
                "OAuth", asyncHTTPClient, jwt, crypto, cryptoExtras, logging, nioCore, nioHTTP1, nioPosix, nioSSL,
            ]
        ),
        .target(name: "StorageSQLite", dependencies: ["Storage", "OAuth", "CSQLite", grdb, sqlite, system]),
        .target(name: "Storage", dependencies: ["OAuth"]),
        .target(name: "OAuth", dependencies: [crypto]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "BrokerTesting", dependencies: ["Broker", "Connectors", "Storage", "OAuth", crypto, logging]),
        .testTarget(name: "ArchitectureTests"),
        .testTarget(
            name: "DrawbridgeTests",
            dependencies: [
                "drawbridge", "BrokerTesting", "Broker", "OAuth", hummingbirdCore, logging, nioCore, nioHTTP1,
            ]
        ),
        .testTarget(name: "OAuthTests", dependencies: ["OAuth", crypto]),
        .testTarget(name: "StorageTests", dependencies: ["BrokerTesting", "Storage", "StorageSQLite", "OAuth"]),
        .testTarget(
            name: "ConnectorsTests",
            dependencies: [
                "Connectors", "SimulatedUpstream", "OAuth", asyncHTTPClient, crypto, cryptoExtras, logging, nioCore,
                nioHTTP1, nioPosix,
            ]
        ),
        .testTarget(
            name: "BrokerTests",
            dependencies: [
                "BrokerTesting", "Broker", "Connectors", "Storage", "StorageSQLite", "OAuth", crypto, jwt, logging,
            ]
        ),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "BrokerTesting", "Web", "Broker", "Connectors", "Storage", "StorageSQLite", "OAuth", hummingbird,
                hummingbirdTesting, mustache, httpTypes, crypto, jwt, logging, inMemoryLogging, nioCore, tracing,
            ]
        ),
        .testTarget(
            name: "DemoTests",
            dependencies: [
                "Demo", "SimulatedUpstream", hummingbird, hummingbirdTesting, httpTypes, asyncHTTPClient, logging,
            ]
        ),
        .testTarget(
            name: "SimulatedUpstreamTests",
            dependencies: [
                "SimulatedUpstream", "OAuth", hummingbird, hummingbirdTesting, httpTypes, jwt, crypto, logging, nioCore,
            ]
        ),
    ]
)

// SE-0335 ExistentialAny, SE-0409 InternalImportsByDefault, SE-0444 MemberImportVisibility,
// SE-0461 NonisolatedNonsendingByDefault, SE-0458 strict memory safety, SE-0443 warnings as errors.
for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ]
}
