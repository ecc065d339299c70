package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: VaultStore {
    package func keep(_ entry: VaultEntry) async throws {
        try await write { connection in
            _ = try connection.run(
                """
                INSERT INTO vault (\(VaultEntry.columns), revision) VALUES (?, ?, ?, ?, ?, ?, ?, 1)
                ON CONFLICT (provider, subject) DO UPDATE SET
                    sealed_refresh_token = CASE
                        WHEN excluded.sealed_refresh_token IS NOT NULL THEN excluded.sealed_refresh_token
                        WHEN vault.account_id = excluded.account_id THEN vault.sealed_refresh_token
                    END,
                    account_id = excluded.account_id, sealed_tokens = excluded.sealed_tokens, leader = excluded.leader,
                    kept_at = excluded.kept_at, ended_at = NULL, revision = vault.revision + 1
                """, entry.columnValues)
        }
    }

    package func vaulted(provider: ProviderID, subject: String) async throws -> VaultStanding {
        try read { connection in
            try connection.first(
                of: "vault",
                "SELECT ended_at, revision, \(VaultEntry.columns) FROM vault WHERE (provider, subject) = (?, ?)",
                [.identifier(provider), .text(subject)]
            ) { reader -> VaultStanding in
                if let end = reader.optionalTime() { return .ended(at: end) }
                let revision = try reader.integer()
                return .held(try VaultEntry(reading: &reader), revision: revision)
            } ?? .nothing
        }
    }

    package func vaultedSubject(of account: AccountID, at provider: ProviderID) async throws -> String? {
        try read { connection in
            try connection.first(
                of: "vault",
                """
                SELECT subject FROM vault WHERE account_id = ? AND provider = ? AND ended_at IS NULL
                ORDER BY kept_at DESC, subject LIMIT 1
                """, [.identifier(account), .identifier(provider)]
            ) { reader in try reader.text() }
        }
    }

    package func renew(_ entry: VaultEntry, from revision: Int) async throws -> Bool {
        try await write { connection in
            try connection.run(
                """
                UPDATE vault SET (\(VaultEntry.columns)) = (?, ?, ?, ?, ?, ?, ?), revision = revision + 1
                WHERE provider = ? AND subject = ? AND account_id = ? AND revision = ? AND ended_at IS NULL
                """, entry.columnValues + Self.name(of: entry) + [.integer(revision)]) == 1
        }
    }

    package func endVaulted(
        _ entry: VaultEntry, from revision: Int, event: AuditEvent
    ) async throws -> Bool {
        try await write { connection in
            let ended = try connection.run(
                """
                UPDATE vault SET sealed_tokens = NULL, sealed_refresh_token = NULL, ended_at = ?, revision = revision + 1
                WHERE provider = ? AND subject = ? AND account_id = ? AND revision = ? AND ended_at IS NULL
                """, [.time(event.at)] + Self.name(of: entry) + [.integer(revision)])
            guard ended == 1 else { return false }
            try connection.record([event])
            return true
        }
    }

    /// Looked for where it holds up no writer, and judged once more where it is taken out.
    package func takeAbandoned(at now: Date, limit: Int) async throws -> [VaultEntry] {
        let found = try await readAtLength { connection in
            try connection.all(
                of: "vault", "SELECT provider, subject FROM vault WHERE \(Self.isAbandoned) LIMIT ?",
                [.time(now), .integer(max(0, limit))]
            ) { reader -> [SQLValue] in [.text(try reader.text()), .text(try reader.text())] }
        }
        guard !found.isEmpty else { return [] }
        return try await write { connection in
            try found.compactMap { name in
                try connection.first(
                    of: "vault",
                    """
                    DELETE FROM vault WHERE (\(Self.isAbandoned)) AND provider = ? AND subject = ?
                    RETURNING ended_at, \(VaultEntry.columns)
                    """, [.time(now)] + name
                ) { reader -> VaultEntry? in
                    // What the provider has ended holds no tokens any more.
                    guard reader.optionalTime() == nil else { return nil }
                    return try VaultEntry(reading: &reader)
                } ?? nil
            }
        }
    }

    private static let isAbandoned = """
        NOT EXISTS (
            SELECT 1 FROM grants
            WHERE grants.account_id = vault.account_id AND grants.revoked_at IS NULL AND grants.expires_at > ?
        ) OR NOT EXISTS (
            SELECT 1 FROM identities
            WHERE (identities.provider, identities.subject, identities.account_id)
                = (vault.provider, vault.subject, vault.account_id)
        )
        """

    private static func name(of entry: VaultEntry) -> [SQLValue] {
        [.identifier(entry.provider), .text(entry.subject), .identifier(entry.accountID)]
    }
}
