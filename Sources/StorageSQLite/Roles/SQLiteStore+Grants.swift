package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: GrantStore {
    private static let findGrant = SQL.lasting("SELECT \(Grant.columns) FROM grants WHERE id = ?")
    private static let findStanding = SQL.lasting(
        "SELECT \(Grant.columns), rotated_at, sealed_successor FROM grants WHERE id = ?")
    private static let keepGrant = SQL.lasting(
        "INSERT INTO grants (\(Grant.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    private static let nextGeneration = SQL.lasting(
        """
        UPDATE grants
        SET generation = generation + 1, rotated_at = ?, sealed_successor = ?, successor_expires_at = ?, expires_at = ?
        WHERE id = ? AND generation = ? AND revoked_at IS NULL AND expires_at > ?
        RETURNING \(Grant.columns)
        """)

    package func grant(_ id: GrantID) async throws -> Grant? {
        try read { connection in
            try connection.first(
                of: "grants", Self.findGrant, [.identifier(id)]
            ) { reader in try Grant(reading: &reader) }
        }
    }

    package func standing(
        of generation: Int, in grant: GrantID, at now: Date, grace: Int
    ) async throws -> RefreshStanding {
        try read { connection in
            try Self.standing(of: generation, in: grant, at: now, grace: grace, in: connection)
        }
    }

    package func rotate(
        _ grant: GrantID, from generation: Int, sealedSuccessor: String, at now: Date, grace: Int,
        until expiry: Date, events: @escaping @Sendable (RefreshStanding) -> [AuditEvent]
    ) async throws -> RefreshStanding {
        try await write { connection in
            let rotated = try connection.first(
                of: "grants",
                Self.nextGeneration,
                [
                    .time(now), .text(sealedSuccessor), .time(now.addingTimeInterval(Double(grace))),
                    .time(expiry), .identifier(grant), .integer(generation), .time(now),
                ]
            ) { reader in RefreshStanding.current(try Grant(reading: &reader)) }
            let standing =
                try rotated ?? Self.standing(of: generation, in: grant, at: now, grace: grace, in: connection)
            switch standing {
            case .replayed: try Self.revoke(grant, at: now, in: connection)
            case .current, .superseded, .ended: break
            }
            try connection.record(events(standing))
            return standing
        }
    }

    package func revokeGrant(_ id: GrantID, at now: Date, events: [AuditEvent]) async throws -> Bool {
        try await write { connection in
            guard try Self.revoke(id, at: now, in: connection) else { return false }
            try connection.record(events)
            return true
        }
    }

    /// Marks the grant as revoked; false if it was before, or is not there.
    @discardableResult
    static func revoke(_ id: GrantID, at now: Date, in connection: Connection) throws -> Bool {
        try connection.run(
            """
            UPDATE grants SET revoked_at = ?, sealed_successor = NULL, successor_expires_at = NULL
            WHERE id = ? AND revoked_at IS NULL
            """, [.time(now), .identifier(id)]) == 1
    }

    /// Stores a new grant, after the oldest of its account at its client have made room for it.
    static func insert(
        _ grant: Grant, within limit: GrantLimit?, at now: Date, in connection: Connection
    ) throws {
        if let limit { try makeRoom(for: grant, within: limit, at: now, in: connection) }
        try connection.run(keepGrant, grant.columnValues)
    }

    private static func standing(
        of generation: Int, in id: GrantID, at now: Date, grace: Int, in connection: Connection
    ) throws -> RefreshStanding {
        let found = try connection.first(
            of: "grants", findStanding, [.identifier(id)]
        ) { reader in
            (
                grant: try Grant(reading: &reader), rotatedAt: reader.optionalTime(),
                successor: reader.optionalText()
            )
        }
        guard let found, found.grant.isLive(at: now), (0...found.grant.generation).contains(generation) else {
            return .ended
        }
        if generation == found.grant.generation { return .current(found.grant) }
        guard generation == found.grant.generation - 1, let rotatedAt = found.rotatedAt,
            let successor = found.successor, now < rotatedAt.addingTimeInterval(Double(grace))
        else { return .replayed(found.grant) }
        return .superseded(found.grant, sealedSuccessor: successor)
    }
}
