package import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: SessionStore {
    private static let findSession = SQL.lasting(
        """
        SELECT \(Session.columns) FROM sessions WHERE digest = ? AND ends_at > ?
        AND EXISTS (SELECT 1 FROM accounts WHERE id = sessions.account_id AND status = 'active')
        """)

    package func begin(_ session: Session, replacing old: HandleDigest?, events: [AuditEvent]) async throws {
        try await write { connection in
            // A logout came in between, here or at the provider.
            guard try !Self.hasEnded(session.login.sessionName, in: connection) else { throw StoreError.conflict }
            if let old { try connection.run("DELETE FROM sessions WHERE digest = ?", [.digest(old)]) }
            try connection.run(
                "INSERT INTO sessions (\(Session.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            ) { parameters in try session.give(to: &parameters) }
            try connection.record(events)
        }
    }

    package func session(_ digest: HandleDigest, at now: Date) async throws -> Session? {
        let found = try read { connection in
            try connection.first(
                of: "sessions", Self.findSession, [.digest(digest), .time(now)]
            ) { reader in try Session(reading: &reader) }
        }
        guard var session = found else { return nil }
        guard now >= session.lastSeenAt.addingTimeInterval(Self.sightInterval(of: session)) else { return session }
        session.lastSeenAt = now
        try await write { connection in
            _ = try connection.run(
                "UPDATE sessions SET last_seen_at = max(last_seen_at, ?) WHERE digest = ?",
                [.time(now), .digest(digest)])
        }
        return session
    }

    package func clients(inSession name: String, of account: AccountID) async throws -> [ClientID] {
        try read { connection in
            try connection.all(
                of: "grants",
                "SELECT DISTINCT client_id FROM grants WHERE account_id = ? AND session_name = ? ORDER BY client_id",
                [.identifier(account), .text(name)]
            ) { reader in try reader.identifier() }
        }
    }

    package func endSession(_ digest: HandleDigest, event: AuditEvent) async throws -> EndedSession? {
        try await write { connection in
            let ended = try connection.first(
                of: "sessions", "DELETE FROM sessions WHERE digest = ? RETURNING \(Session.columns)",
                [.digest(digest)]
            ) { reader in try Session(reading: &reader) }
            guard let ended else { return nil }
            try connection.record([event])
            guard let name = ended.login.sessionName else { return EndedSession(session: ended, clients: []) }
            let clients = try Self.endGrants(
                of: name, account: ended.login.accountID, .allButOffline, by: event, in: connection)
            return EndedSession(session: ended, clients: clients)
        }
    }

    /// Seconds between two writes of the last-seen time: a busy session costs one write a minute, not one a request.
    private static func sightInterval(of session: Session) -> Double {
        min(60, Double(session.idleLifetime) / 10)
    }
}
