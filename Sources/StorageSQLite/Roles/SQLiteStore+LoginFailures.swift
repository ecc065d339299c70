package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: LoginFailureStore {
    package func countAttempt(
        of keys: [String], at now: Date, window: Int, wait: @escaping @Sendable ([String: LoginFailures]) -> Int
    ) async throws -> Int {
        try await write { connection in
            let seconds = wait(try Self.failures(of: keys, at: now, in: connection))
            guard seconds == 0 else { return seconds }
            for key in keys {
                try connection.run(
                    """
                    INSERT INTO login_failures (key, count, last_at, expires_at) VALUES (?, 1, ?, ?)
                    ON CONFLICT (key) DO UPDATE SET
                        count = iif(login_failures.expires_at < excluded.last_at, 1, login_failures.count + 1),
                        last_at = max(login_failures.last_at, excluded.last_at),
                        expires_at = max(login_failures.expires_at, excluded.expires_at)
                    """, [.text(key), .time(now), .time(now.addingTimeInterval(Double(window)))])
            }
            return 0
        }
    }

    package func settleAttempt(cleared: [String], forgiven: [String]) async throws {
        try await write { connection in
            for key in cleared { try connection.run("DELETE FROM login_failures WHERE key = ?", [.text(key)]) }
            for key in forgiven {
                try connection.run("DELETE FROM login_failures WHERE key = ? AND count <= 1", [.text(key)])
                try connection.run("UPDATE login_failures SET count = count - 1 WHERE key = ?", [.text(key)])
            }
        }
    }

    private static func failures(
        of keys: [String], at now: Date, in connection: Connection
    ) throws -> [String: LoginFailures] {
        var failures: [String: LoginFailures] = [:]
        for key in keys {
            failures[key] = try connection.first(
                of: "login_failures", "SELECT count, last_at FROM login_failures WHERE key = ? AND expires_at >= ?",
                [.text(key), .time(now)]
            ) { reader in LoginFailures(count: try reader.integer(), lastAt: try reader.time()) }
        }
        return failures
    }
}
