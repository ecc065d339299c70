package import OAuth
package import Storage

extension SQLiteStore: SigningKeyStore {
    package func signingKeys() async throws -> [StoredSigningKey] {
        try read { connection in
            try connection.all(
                of: "signing_keys",
                """
                SELECT id, algorithm, state, sealed_private_key, created_at FROM signing_keys
                ORDER BY created_at, rowid
                """
            ) { reader in
                StoredSigningKey(
                    id: try reader.identifier(), algorithm: try reader.word(), state: try reader.word(),
                    sealedPrivateKey: try reader.text(), createdAt: try reader.time())
            }
        }
    }

    package func insertFirst(_ key: StoredSigningKey, event: AuditEvent) async throws -> Bool {
        try await write { connection in
            let inserted = try connection.run(
                """
                INSERT INTO signing_keys (id, algorithm, state, sealed_private_key, created_at)
                VALUES (?, ?, 'active', ?, ?) ON CONFLICT (algorithm) WHERE state = 'active' DO NOTHING
                """, Self.values(of: key))
            guard inserted == 1 else { return false }
            try connection.record([event])
            return true
        }
    }

    package func rotate(to key: StoredSigningKey, event: AuditEvent) async throws {
        try await write { connection in
            try connection.run(
                "UPDATE signing_keys SET state = 'retiring' WHERE algorithm = ? AND state = 'active'",
                [.text(key.algorithm.rawValue)])
            let changed = try connection.run(
                """
                INSERT INTO signing_keys (id, algorithm, state, sealed_private_key, created_at)
                VALUES (?, ?, 'active', ?, ?)
                ON CONFLICT (id) DO UPDATE SET state = 'active' WHERE algorithm = excluded.algorithm
                """, Self.values(of: key))
            guard changed == 1 else { throw StoreError.conflict }
            try connection.record([event])
        }
    }

    package func removeRetiring(_ id: KeyID, event: AuditEvent) async throws {
        try await write { connection in
            let removed = try connection.run(
                "DELETE FROM signing_keys WHERE id = ? AND state = 'retiring'", [.identifier(id)])
            guard removed == 1 else { throw StoreError.notFound }
            try connection.record([event])
        }
    }

    private static func values(of key: StoredSigningKey) -> [SQLValue] {
        [
            .identifier(key.id), .text(key.algorithm.rawValue), .text(key.sealedPrivateKey), .time(key.createdAt),
        ]
    }
}
