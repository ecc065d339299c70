import OAuth
package import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension SQLiteStore: LogoutNoticeStore {
    package func nextNoticeDue() async throws -> Date? {
        try read { connection in
            try connection.first(
                of: "logout_notices", "SELECT due_at FROM logout_notices ORDER BY due_at LIMIT 1", []
            ) { reader in try reader.time() }
        }
    }

    package func claimNotices(_ claim: NoticeClaim) async throws -> [LogoutNotice] {
        // Those of a host that is left alone stay due: looking for others must not keep a writer waiting.
        let hosts = try read { connection in
            try connection.all(
                of: "logout_notices",
                "SELECT host FROM logout_notices WHERE due_at <= ? GROUP BY host ORDER BY min(due_at), host",
                [.time(claim.now)]
            ) { reader in try reader.text() }
        }
        guard hosts.contains(where: { claim.room(at: $0) > 0 }) else { return [] }
        return try await write { connection in
            var taken: [LogoutNotice] = []
            for host in hosts where taken.count < claim.limit {
                let room = min(claim.room(at: host), claim.limit - taken.count)
                guard room > 0 else { continue }
                taken += try Self.claim(room, of: host, claim, in: connection)
            }
            return taken
        }
    }

    private static func claim(
        _ count: Int, of host: String, _ claim: NoticeClaim, in connection: Connection
    ) throws -> [LogoutNotice] {
        try connection.all(
            of: "logout_notices",
            """
            UPDATE logout_notices SET due_at = ?, attempts = attempts + 1 WHERE id IN (
                SELECT id FROM logout_notices WHERE host = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?
            )
            RETURNING \(LogoutNotice.columns)
            """, [.time(claim.lease), .text(host), .time(claim.now), .integer(count)]
        ) { reader in try LogoutNotice(reading: &reader) }
    }

    package func settle(_ notice: LogoutNotice, events: [AuditEvent]) async throws -> Bool {
        try await write { connection in
            let removed = try connection.run(
                "DELETE FROM logout_notices WHERE id = ? AND attempts = ?",
                [.integer(notice.id), .integer(notice.attempt)])
            guard removed == 1 else { return false }
            try connection.record(events)
            return true
        }
    }

    package func postpone(_ notice: LogoutNotice, until due: Date) async throws -> Bool {
        try await write { connection in
            try connection.run(
                "UPDATE logout_notices SET due_at = ? WHERE id = ? AND attempts = ?",
                [.time(due), .integer(notice.id), .integer(notice.attempt)]) == 1
        }
    }
}
