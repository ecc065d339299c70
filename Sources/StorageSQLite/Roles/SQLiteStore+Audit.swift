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

    package func trailExtent() async throws -> TrailExtent {
        try read { connection in try Self.extent(in: connection) }
    }

    package func walkTrail<Value: Sendable>(
        after number: @escaping @Sendable (TrailExtent) throws -> Int,
        from begin: @escaping @Sendable (TrailExtent) throws -> Value,
        _ step: @escaping @Sendable (inout Value, TrailRow) throws -> Void
    ) async throws -> Value {
        try await readAtLength { connection in
            try connection.snapshot {
                let extent = try Self.extent(in: connection)
                var value = try begin(extent)
                try connection.each(
                    of: "audit_events",
                    "SELECT id, link, \(AuditEvent.columns) FROM audit_events WHERE id > ? ORDER BY id",
                    [.integer(try number(extent))]
                ) { reader in
                    let number = try reader.integer()
                    let content = try? TrailRow.Content(link: reader.link(), reading: &reader)
                    try step(&value, TrailRow(number: number, content: content))
                }
                return value
            }
        }
    }

    package func replaceSeal(_ old: String?, by seal: String, events: [AuditEvent]) async throws -> Bool {
        try await write { connection in
            let changed = try connection.run(
                "UPDATE audit_trail SET seal = ? WHERE seal IS ?", [.text(seal), .text(old)])
            guard changed == 1 else { return false }
            try connection.record(events)
            return true
        }
    }

    package func shortenTrail(
        _ extent: TrailExtent, to start: TrailPosition, seal: String, event: AuditEvent
    ) async throws -> Bool {
        try await write { connection in
            let changed = try connection.run(
                """
                UPDATE audit_trail SET start_number = ?, start_link = ?, seal = ?
                WHERE start_number = ? AND start_link = ? AND seal IS ?
                """,
                [
                    .integer(start.number), .link(start.link), .text(seal), .integer(extent.start.number),
                    .link(extent.start.link), .text(extent.seal),
                ])
            guard changed == 1 else { return false }
            try connection.run("DELETE FROM audit_events WHERE id <= ?", [.integer(start.number)])
            try connection.record([event])
            return true
        }
    }

    private static func extent(in connection: Connection) throws -> TrailExtent {
        let extent = try connection.first(
            of: "audit_trail", "SELECT start_number, start_link, end_number, end_link, seal FROM audit_trail"
        ) { reader in
            TrailExtent(
                start: TrailPosition(number: try reader.integer(), link: try reader.link()),
                end: TrailPosition(number: try reader.integer(), link: try reader.link()),
                seal: reader.optionalText())
        }
        guard let extent else { throw StoreError.corrupt(table: "audit_trail") }
        return extent
    }
}

extension TrailRow.Content {
    fileprivate init(link: ChainLink, reading reader: inout ColumnReader) throws(StoreError) {
        self.init(event: try AuditEvent(reading: &reader), link: link)
    }
}
