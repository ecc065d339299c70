package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: SigningKeyStore {
    package func signingKeys() async throws -> [StoredSigningKey] {
        try read { connection in
            try connection.all(
                of: "signing_keys",
                """
                SELECT id, algorithm, state, sealed_private_key, created_at, signs_from, removable_at FROM signing_keys
                ORDER BY created_at, rowid
                """
            ) { reader in
                StoredSigningKey(
                    id: try reader.identifier(), algorithm: try reader.word(), state: try reader.word(),
                    sealedPrivateKey: try reader.text(), createdAt: try reader.time(), signsFrom: try reader.time(),
                    removableAt: reader.optionalTime())
            }
        }
    }

    package func insertFirst(_ key: StoredSigningKey, event: AuditEvent) async throws -> Bool {
        try await write { connection in
            let inserted = try connection.run(
                """
                INSERT INTO signing_keys (id, algorithm, sealed_private_key, created_at, signs_from, state)
                VALUES (?, ?, ?, ?, ?, 'active') ON CONFLICT (algorithm) WHERE state = 'active' DO NOTHING
                """, Self.values(of: key))
            guard inserted == 1 else { return false }
            try connection.record([event])
            return true
        }
    }

    package func publish(
        _ key: StoredSigningKey, replacing old: KeyID?, removal: Date, event: AuditEvent
    ) async throws -> Bool {
        try await write { connection in
            if let old {
                let retired = try connection.run(
                    """
                    UPDATE signing_keys SET state = 'retiring', removable_at = ?
                    WHERE id = ? AND algorithm = ? AND state = 'next'
                    """, [.time(removal), .identifier(old), .text(key.algorithm.rawValue)])
                guard retired == 1 else { return false }
            }
            let inserted = try connection.run(
                """
                INSERT INTO signing_keys (id, algorithm, sealed_private_key, created_at, signs_from, state)
                VALUES (?, ?, ?, ?, ?, 'next') ON CONFLICT (algorithm) WHERE state = 'next' DO NOTHING
                """, Self.values(of: key))
            guard inserted == 1 else { return false }
            try connection.record([event])
            return true
        }
    }

    package func reschedule(
        _ id: KeyID, from oldTime: Date, to time: Date, event: AuditEvent
    ) async throws -> Bool {
        try await write { connection in
            let changed = try connection.run(
                "UPDATE signing_keys SET signs_from = ? WHERE id = ? AND state = 'next' AND signs_from = ?",
                [.time(time), .identifier(id), .time(oldTime)])
            guard changed == 1 else { return false }
            try connection.record([event])
            return true
        }
    }

    package func activate(
        _ id: KeyID, replacing active: KeyID, removal: Date, event: AuditEvent
    ) async throws -> Bool {
        try await write { connection in
            let retired = try connection.run(
                """
                UPDATE signing_keys SET state = 'retiring', removable_at = ?
                WHERE id = ? AND state = 'active' AND EXISTS (
                    SELECT 1 FROM signing_keys AS successor
                    WHERE successor.id = ? AND successor.state = 'next'
                        AND successor.algorithm = signing_keys.algorithm
                )
                """, [.time(removal), .identifier(active), .identifier(id)])
            guard retired == 1 else { return false }
            try connection.run("UPDATE signing_keys SET state = 'active' WHERE id = ?", [.identifier(id)])
            try connection.record([event])
            return true
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
            .time(key.signsFrom),
        ]
    }
}
