import OAuth
import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: Sweepable {
    /// One short transaction for each kind, so that a sweep never keeps logins waiting for long.
    package func sweep(expiredBefore now: Date, limit: Int) async throws -> Int {
        var count = try await write { connection in
            try Self.sweepCodes(expiredBefore: now, limit: limit, in: connection)
        }
        for statement in Self.sweeps {
            count += try await write { connection in
                try connection.run(statement, [.time(now), .integer(max(0, limit))])
            }
        }
        return count
    }

    private static let sweeps: [SQL] = [
        """
        DELETE FROM kept_requests
        WHERE rowid IN (SELECT rowid FROM kept_requests WHERE expires_at <= ? LIMIT ?)
        """,
        "DELETE FROM payloads WHERE rowid IN (SELECT rowid FROM payloads WHERE expires_at <= ? LIMIT ?)",
        """
        DELETE FROM grants
        WHERE rowid IN (SELECT rowid FROM grants WHERE sweep_from <= ?1 AND expires_at <= ?1 LIMIT ?2)
        """,
        // What refreshes have put off is looked at again at its end.
        """
        UPDATE grants SET sweep_from = expires_at
        WHERE rowid IN (SELECT rowid FROM grants WHERE sweep_from <= ?1 AND expires_at > ?1 LIMIT ?2)
        """,
        "DELETE FROM sessions WHERE digest IN (SELECT digest FROM sessions WHERE ends_at <= ? LIMIT ?)",
        "DELETE FROM used_once WHERE rowid IN (SELECT rowid FROM used_once WHERE expires_at <= ? LIMIT ?)",
        "DELETE FROM ended_sessions WHERE name IN (SELECT name FROM ended_sessions WHERE expires_at <= ? LIMIT ?)",
        // For ten minutes more a device is told that its code has expired.
        """
        DELETE FROM device_requests
        WHERE rowid IN (SELECT rowid FROM device_requests WHERE expires_at <= ? - 600000 LIMIT ?)
        """,
        "DELETE FROM initial_access WHERE rowid IN (SELECT rowid FROM initial_access WHERE expires_at <= ? LIMIT ?)",
        """
        DELETE FROM upstream_sessions WHERE (provider, name, account_id, session_name) IN (
            SELECT provider, name, account_id, session_name FROM upstream_sessions WHERE expires_at <= ? LIMIT ?
        )
        """,
        // A failure still counts at the last moment of its window.
        "DELETE FROM login_failures WHERE key IN (SELECT key FROM login_failures WHERE expires_at < ? LIMIT ?)",
        // Past its grace window a successor answers nobody, and the tokens sealed in it must not stay.
        """
        UPDATE grants SET sealed_successor = NULL, successor_expires_at = NULL
        WHERE rowid IN (SELECT rowid FROM grants WHERE successor_expires_at <= ? LIMIT ?)
        """,
    ]
}

extension SQLiteStore: HealthChecked {
    package func checkHealth() async throws {
        _ = try read { connection in
            try connection.first(of: "accounts", "SELECT count(*) FROM (SELECT 1 FROM accounts LIMIT 1)", []) {
                reader in
                try reader.integer()
            }
        }
    }
}
