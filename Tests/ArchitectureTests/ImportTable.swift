/// What each target may import (the house plan: imports point down only).
enum ImportTable {
    /// Modules of Swift and of the system, which everybody may import.
    static let system: Set = [
        "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Synchronization",
    ]

    static let allowed: [String: Set<String>] = [
        "drawbridge": [
            "Demo", "SimulatedUpstream", "Web", "Broker", "Connectors", "Storage", "StorageSQLite", "OAuth",
            "ArgumentParser", "AsyncHTTPClient", "Configuration", "Crypto", "HTTPTypes", "Hummingbird",
            "HummingbirdCore", "HummingbirdTLS", "Logging", "NIOCore", "NIOHTTP1", "NIOHTTPTypesHTTP1",
            "NIOPosix", "NIOSSL", "ServiceLifecycle", "SystemPackage", "Tracing", "UnixSignals",
        ],
        // An outsider that speaks HTTP: neither the broker nor a store, nor the protocol's types.
        "Demo": [
            "SimulatedUpstream", "AsyncHTTPClient", "Crypto", "HTTPTypes", "Hummingbird", "Logging", "NIOCore",
            "NIOHTTP1", "ServiceLifecycle",
        ],
        "SimulatedUpstream": [
            "OAuth", "Crypto", "CryptoExtras", "HTTPTypes", "Hummingbird", "Logging", "NIOCore", "ServiceLifecycle",
        ],
        "Web": ["Broker", "OAuth", "Crypto", "HTTPTypes", "Hummingbird", "Logging", "Mustache", "NIOCore", "Tracing"],
        "Broker": [
            "Connectors", "Storage", "OAuth", "CArgon2", "COpenSSL", "Crypto", "Logging", "ServiceLifecycle",
            "SystemPackage",
        ],
        "Connectors": [
            "OAuth", "AsyncHTTPClient", "Crypto", "CryptoExtras", "JWTKit", "Logging", "NIOCore", "NIOHTTP1",
            "NIOPosix", "NIOSSL",
        ],
        "StorageSQLite": ["Storage", "OAuth", "CSQLite", "GRDB", "GRDBSQLite", "Logging", "SystemPackage"],
        "Storage": ["OAuth"],
        "OAuth": ["Crypto", "JWTKit"],
        "BrokerTesting": ["Broker", "Connectors", "Storage", "OAuth", "Crypto", "Logging", "Testing"],
    ]

    /// Targets without Swift of their own.
    static let systemLibraries: Set = ["CArgon2", "COpenSSL", "CSQLite"]

    /// The one folder each of these modules is imported in, so that what it does can be judged in one place.
    static let homes: [String: [String]] = [
        "CArgon2": ["Broker/Passwords"],
        "COpenSSL": ["Broker/Keys"],
        "CSQLite": ["StorageSQLite/Connections"],
        "Dispatch": ["StorageSQLite/Connections"],
        "GRDB": ["StorageSQLite"],
        "GRDBSQLite": ["StorageSQLite/Statements"],
        "Mustache": ["Web/Pages"],
        "JWTKit": ["Connectors/Keys"],
        "AsyncHTTPClient": ["Connectors/HTTP", "Demo", "drawbridge"],
        "Hummingbird": ["Web", "SimulatedUpstream", "Demo", "drawbridge"],
        "Testing": ["BrokerTesting"],
    ]

    /// The module that `line` imports, if it is an import.
    static func module(importedBy line: String) -> String? {
        var words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        let modifiers: Set = ["package", "public", "internal", "fileprivate", "private"]
        while let first = words.first, modifiers.contains(first) || first.hasPrefix("@") {
            words.removeFirst()
        }
        guard words.first == "import", words.count > 1 else { return nil }
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let path = kinds.contains(words[1]) ? words.dropFirst(2).first : words[1]
        return path?.split(separator: ".").first.map(String.init)
    }
}
