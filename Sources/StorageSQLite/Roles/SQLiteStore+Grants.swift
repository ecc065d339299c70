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
        "SELECT \(Grant.columns), rotated_at, sealed_successor, sweep_from FROM grants WHERE id = ?")
    private static let keepGrant = SQL.lasting(
        """
        INSERT INTO grants (\(Grant.columns), sweep_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    private static let nextGeneration = SQL.lasting(
        """
        UPDATE grants
        SET generation = generation + 1, rotated_at = ?, sealed_successor = ?, successor_expires_at = ?, expires_at = ?
        WHERE id = ? AND generation = ? AND revoked_at IS NULL AND expires_at > ?
        """)

    package func grant(_ id: GrantID) async throws -> Grant? {
        try read { connection in try Self.grant(id, in: connection) }
    }

    package func heldGrant(_ id: GrantID) async throws -> HeldGrant? {
        try read { connection in
            // While a row is read, everything is read as it was at that moment.
            try connection.first(of: "grants", Self.findGrant, [.identifier(id)]) { reader in
                let grant = try Grant(reading: &reader)
                return HeldGrant(
                    grant: grant, client: try client(grant.clientID, in: connection),
                    person: try person(of: grant, in: connection))
            }
        }
    }

    package func standing(
        of generation: Int, in grant: GrantID, at now: Date, grace: Int
    ) async throws -> RefreshStanding {
        try read { connection in
            try Self.standing(of: generation, in: grant, at: now, grace: grace, in: connection)
        }
    }

    package func standingWithPerson(
        of generation: Int, in grant: GrantID, at now: Date, grace: Int
    ) async throws -> (RefreshStanding, Person?) {
        try read { connection in
            // While a row is read, everything is read as it was at that moment.
            try connection.first(of: "grants", Self.findStanding, [.identifier(grant)]) { reader in
                let found = try StoredGrant(reading: &reader)
                return (
                    found.standing(of: generation, at: now, grace: grace),
                    try person(of: found.grant, in: connection)
                )
            } ?? (.ended, nil)
        }
    }

    package func rotate(
        _ grant: GrantID, from generation: Int, sealedSuccessor: String, at now: Date, grace: Int,
        until expiry: Date, events: @escaping @Sendable (RefreshStanding) -> [AuditEvent]
    ) async throws -> RefreshStanding {
        try await write { connection in
            let changed = try connection.run(
                Self.nextGeneration,
                [
                    .time(now), .text(sealedSuccessor), .time(now.addingTimeInterval(Double(grace))),
                    .time(expiry), .identifier(grant), .integer(generation), .time(now),
                ])
            let found = try Self.stored(grant, in: connection)
            let standing: RefreshStanding
            if let found, changed == 1 {
                try Self.bringSweepForward(of: found, to: expiry, in: connection)
                standing = .current(found.grant)
            } else {
                standing = found?.standing(of: generation, at: now, grace: grace) ?? .ended
            }
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
        try connection.run(keepGrant) { parameters in
            try grant.give(to: &parameters)
            try parameters.add(.time(grant.expiresAt))
        }
    }

    private static func grant(_ id: GrantID, in connection: Connection) throws -> Grant? {
        try connection.first(of: "grants", findGrant, [.identifier(id)]) { reader in try Grant(reading: &reader) }
    }

    private static func standing(
        of generation: Int, in id: GrantID, at now: Date, grace: Int, in connection: Connection
    ) throws -> RefreshStanding {
        try stored(id, in: connection)?.standing(of: generation, at: now, grace: grace) ?? .ended
    }

    /// A grant with what its row says of its refresh token and of its end.
    private struct StoredGrant {
        let grant: Grant
        let rotatedAt: Date?
        let successor: String?
        let sweptFrom: Date

        init(reading reader: inout ColumnReader) throws {
            grant = try Grant(reading: &reader)
            rotatedAt = reader.optionalTime()
            successor = reader.optionalText()
            sweptFrom = try reader.time()
        }

        func standing(of generation: Int, at now: Date, grace: Int) -> RefreshStanding {
            guard grant.isLive(at: now), (0...grant.generation).contains(generation) else { return .ended }
            if generation == grant.generation { return .current(grant) }
            guard generation == grant.generation - 1, let rotatedAt, let successor,
                now < rotatedAt.addingTimeInterval(Double(grace))
            else { return .replayed(grant) }
            return .superseded(grant, sealedSuccessor: successor)
        }
    }

    private static func stored(_ id: GrantID, in connection: Connection) throws -> StoredGrant? {
        try connection.first(of: "grants", findStanding, [.identifier(id)]) { reader in
            try StoredGrant(reading: &reader)
        }
    }

    /// Has the sweep look at a grant earlier than it was to, where a refresh has brought its end forward.
    private static func bringSweepForward(of stored: StoredGrant, to end: Date, in connection: Connection) throws {
        guard end < stored.sweptFrom else { return }
        try connection.run(
            "UPDATE grants SET sweep_from = expires_at WHERE id = ?", [.identifier(stored.grant.id)])
    }
}
