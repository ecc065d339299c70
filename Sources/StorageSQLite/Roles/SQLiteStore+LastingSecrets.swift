package import Storage

extension SQLiteStore: LastingSecretStore {
    package func lastingSecret(_ name: LastingSecretName) async throws -> String? {
        try read { connection in try Self.lastingSecret(name, in: connection) }
    }

    package func keepLastingSecret(_ sealed: String, as name: LastingSecretName) async throws -> String {
        try await write { connection in
            try connection.run(
                "INSERT INTO lasting_secrets (name, sealed) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                [.text(name.rawValue), .text(sealed)])
            return try Self.lastingSecret(name, in: connection) ?? sealed
        }
    }

    package func replaceLastingSecret(
        _ old: String, with sealed: String, as name: LastingSecretName
    ) async throws -> Bool {
        try await write { connection in
            try connection.run(
                "UPDATE lasting_secrets SET sealed = ? WHERE name = ? AND sealed = ?",
                [.text(sealed), .text(name.rawValue), .text(old)]) == 1
        }
    }

    private static func lastingSecret(_ name: LastingSecretName, in connection: Connection) throws -> String? {
        try connection.first(
            of: "lasting_secrets", "SELECT sealed FROM lasting_secrets WHERE name = ?", [.text(name.rawValue)]
        ) { reader in try reader.text() }
    }
}
