import OAuth
package import Storage

extension SQLiteStore: AuditStore {
    package func append(_ events: [AuditEvent]) async throws {
        guard !events.isEmpty else { return }
        try await write { connection in try connection.record(events) }
    }

    package func events(matching filter: AuditFilter) async throws -> [AuditEvent] {
        var conditions: [String] = []
        var arguments: [SQLValue] = []
        func require(_ condition: String, _ value: SQLValue?) {
            guard let value else { return }
            conditions.append(condition)
            arguments.append(value)
        }
        require("kind = ?", filter.kind.map { .text($0.rawValue) })
        require("account_id = ?", filter.account.map { .identifier($0) })
        require("client_id = ?", filter.client.map { .identifier($0) })
        require("ray = ?", filter.ray.map { .integer(Int64(bitPattern: $0.rawValue)) })
        require("at >= ?", filter.since.map { .time($0) })
        let selection = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let query = """
            SELECT \(AuditEvent.columns) FROM audit_events \(selection) ORDER BY id DESC LIMIT ?
            """ as SQL
        let values = arguments + [.integer(max(0, filter.limit))]
        let newestFirst = try await readAtLength { connection in
            try connection.all(of: "audit_events", query, values) { reader in try AuditEvent(reading: &reader) }
        }
        return newestFirst.reversed()
    }
}
