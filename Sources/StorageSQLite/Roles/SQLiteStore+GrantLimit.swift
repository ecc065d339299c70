import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SQLiteStore {
    /// Answered by the index alone: what has expired and waits for the sweep is still among them.
    private static let countOwned = SQL.lasting(
        "SELECT count(*) FROM grants WHERE account_id = ? AND client_id = ? AND revoked_at IS NULL")
    private static let findOldestOwned = SQL.lasting(
        """
        SELECT \(Grant.columns) FROM grants
        WHERE account_id = ? AND client_id = ? AND revoked_at IS NULL AND expires_at > ?
        ORDER BY created_at DESC, rowid DESC LIMIT -1 OFFSET ?
        """)

    /// Revokes the oldest grants that `grant` shares account and client with, until with it they are within `limit`.
    static func makeRoom(
        for grant: Grant, within limit: GrantLimit, at now: Date, in connection: Connection
    ) throws {
        let owner: [SQLValue] = [.identifier(grant.login.accountID), .identifier(grant.clientID)]
        let count = try connection.first(of: "grants", countOwned, owner) { reader in try reader.integer() }
        guard let count, count >= limit.count else { return }
        let oldest = try connection.all(
            of: "grants", findOldestOwned, owner + [.time(now), .integer(limit.count - 1)]
        ) { reader in try Grant(reading: &reader) }
        for displaced in oldest {
            try revoke(displaced.id, at: now, in: connection)
        }
        try connection.record(oldest.map(limit.event))
    }
}
