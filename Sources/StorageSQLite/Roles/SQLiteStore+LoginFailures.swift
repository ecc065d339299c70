import GRDB
import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: LoginFailureStore {
    package func failures(of keys: [String]) async throws -> [String: LoginFailures] {
        var failures: [String: LoginFailures] = [:]
        for key in keys {
            failures[key] = try read { database in
                try database.first(
                    of: "login_failures", "SELECT count, last_at FROM login_failures WHERE key = ?", [.text(key)]
                ) { reader in LoginFailures(count: try reader.integer(), lastAt: try reader.time()) }
            }
        }
        return failures
    }

    package func recordFailure(of keys: [String], at now: Date, window: Int, event: AuditEvent) async throws {
        try await write { database in
            for key in keys {
                try database.run(
                    """
                    INSERT INTO login_failures (key, count, last_at, expires_at) VALUES (?, 1, ?, ?)
                    ON CONFLICT (key) DO UPDATE SET
                        count = iif(login_failures.expires_at < excluded.last_at, 1, login_failures.count + 1),
                        last_at = max(login_failures.last_at, excluded.last_at),
                        expires_at = max(login_failures.expires_at, excluded.expires_at)
                    """, [.text(key), .time(now), .time(now.addingTimeInterval(Double(window)))])
            }
            try database.record([event])
        }
    }

    package func clearFailures(of keys: [String]) async throws {
        try await write { database in
            for key in keys { try database.run("DELETE FROM login_failures WHERE key = ?", [.text(key)]) }
        }
    }
}
