import OAuth
import Storage

extension AuditEvent {
    static let columns = "kind, at, ray, account_id, client_id, provider, grant_id, address, reason"

    /// The values of ``columns``.
    var columnValues: [SQLValue] {
        [
            .text(kind.rawValue), .time(at), .integer(ray.map { Int64(bitPattern: $0.rawValue) }),
            .identifier(account), .identifier(client), .identifier(provider), .identifier(grant), .text(address),
            .text(reason),
        ]
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            try reader.word(), at: try reader.time(),
            ray: reader.optionalInteger().map { RayID(rawValue: UInt64(bitPattern: $0)) },
            account: reader.optionalIdentifier(), client: reader.optionalIdentifier(),
            provider: reader.optionalIdentifier(), grant: reader.optionalIdentifier(),
            address: reader.optionalText(), reason: reader.optionalText())
    }
}

extension Connection {
    /// Adds `events` to the trail, in the transaction of what they tell.
    func record(_ events: [AuditEvent]) throws {
        for event in events {
            try run(Self.recordEvent, event.columnValues)
        }
    }

    private static let recordEvent = SQL.lasting(
        "INSERT INTO audit_events (\(AuditEvent.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
}
