package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SQLiteStore: LoginCountStore {
    private static let mergeLogins = """
        ON CONFLICT (client_id, account_id) DO UPDATE SET
            count = client_logins.count + excluded.count,
            first_at = min(client_logins.first_at, excluded.first_at),
            latest_at = max(client_logins.latest_at, excluded.latest_at)
        """

    /// Those that were counted, and those whose codes the sweep has yet to take.
    package func logins(
        to client: ClientID, after account: AccountID?, limit: Int
    ) async throws -> [ClientLogins] {
        try await readAtLength { connection in
            try connection.all(
                of: "client_logins",
                """
                SELECT account_id, sum(count), min(first_at), max(latest_at) FROM (
                    SELECT * FROM (
                        SELECT account_id, count, first_at, latest_at FROM client_logins
                        WHERE client_id = ?1 AND account_id > ?2 ORDER BY account_id LIMIT ?3
                    )
                    UNION ALL
                    SELECT account_id, uncounted_logins, redeemed_at, redeemed_at
                    FROM redeemed_codes JOIN codes USING (number)
                    WHERE uncounted_logins > 0 AND client_id = ?1 AND account_id > ?2
                )
                GROUP BY account_id ORDER BY account_id LIMIT ?3
                """,
                // No id is empty, so all of them follow the empty one.
                [.identifier(client), .text(account?.rawValue ?? ""), .integer(max(0, limit))]
            ) { reader in
                ClientLogins(
                    accountID: try reader.identifier(), count: try reader.integer(), firstAt: try reader.time(),
                    latestAt: try reader.time())
            }
        }
    }

    /// Counts the login that `grant` came of.
    static func countLogin(_ grant: Grant, at now: Date, in connection: Connection) throws {
        try connection.run(
            """
            INSERT INTO client_logins (client_id, account_id, count, first_at, latest_at) VALUES (?, ?, 1, ?, ?)
            \(mergeLogins)
            """,
            [.identifier(grant.clientID), .identifier(grant.login.accountID), .time(now), .time(now)])
    }

    /// Deletes at most `limit` codes that had expired by `now`, after the logins they led to were counted; the number
    /// deleted.
    ///
    /// Codes are stored in the order in which they expire, unless the clock is moved; so they are looked for among the
    /// oldest, without an index that each authorization would pay for.
    static func sweepCodes(expiredBefore now: Date, limit: Int, in connection: Connection) throws -> Int {
        let expired: [SQLValue] = [.time(now), .integer(max(0, limit))]
        let oldest = "SELECT number, expires_at FROM codes ORDER BY number LIMIT 10000"
        let isExpired = "number IN (SELECT number FROM (\(oldest)) WHERE expires_at <= ?1 LIMIT ?2)"
        try connection.run(
            """
            INSERT INTO client_logins (client_id, account_id, count, first_at, latest_at)
            SELECT client_id, account_id, sum(uncounted_logins), min(redeemed_at), max(redeemed_at)
            FROM codes JOIN redeemed_codes USING (number)
            WHERE \(isExpired) AND uncounted_logins > 0 GROUP BY client_id, account_id
            \(mergeLogins)
            """, expired)
        return try connection.run("DELETE FROM codes WHERE \(isExpired)", expired)
    }
}
