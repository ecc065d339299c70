package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SQLiteStore: LoginCountStore {
    private static let addLogin = SQL.lasting(
        """
        INSERT INTO client_logins (client_id, account_id, count, first_at, latest_at) VALUES (?, ?, 1, ?, ?)
        ON CONFLICT (client_id, account_id) DO UPDATE SET
            count = client_logins.count + 1,
            first_at = min(client_logins.first_at, excluded.first_at),
            latest_at = max(client_logins.latest_at, excluded.latest_at)
        """)

    package func logins(
        to client: ClientID, after account: AccountID?, limit: Int
    ) async throws -> [ClientLogins] {
        try read { connection in
            try connection.all(
                of: "client_logins",
                """
                SELECT account_id, count, first_at, latest_at FROM client_logins
                WHERE client_id = ? AND account_id > ? ORDER BY account_id LIMIT ?
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
            addLogin,
            [.identifier(grant.clientID), .identifier(grant.login.accountID), .time(now), .time(now)])
    }
}
