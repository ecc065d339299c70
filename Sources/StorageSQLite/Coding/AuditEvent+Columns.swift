import OAuth
import Storage

extension AuditEvent {
    static let columns = "kind, at, ray, account_id, client_id, provider, grant_id, address, reason"

    /// Gives the values of ``columns``.
    func give(to parameters: inout Parameters) throws {
        try parameters.add(.text(kind.rawValue))
        try parameters.add(.time(at))
        try parameters.add(.integer(ray.map { Int64(bitPattern: $0.rawValue) }))
        try parameters.add(.identifier(account))
        try parameters.add(.identifier(client))
        try parameters.add(.identifier(provider))
        try parameters.add(.identifier(grant))
        try parameters.add(.text(address))
        try parameters.add(.text(reason))
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
        guard !events.isEmpty else { return }
        var end = try addedTrailEnd ?? storedTrailEnd()
        for event in events {
            end = end.advanced(by: event)
            try run(Self.recordEvent) { parameters in
                try parameters.add(.integer(end.number))
                try parameters.add(.link(end.link))
                try event.give(to: &parameters)
            }
            addedEvents.append(StoreLoad.EventLabel(kind: event.kind, provider: event.provider))
        }
        addedTrailEnd = end
    }

    /// Writes down where the trail ends: once for all events of a transaction.
    ///
    /// It is read anew by the next transaction, as other processes write to the trail as well.
    func keepTrailEnd() throws {
        guard let end = addedTrailEnd else { return }
        try run(Self.moveEnd, [.integer(end.number), .link(end.link)])
        addedTrailEnd = nil
    }

    private func storedTrailEnd() throws -> TrailPosition {
        let end = try first(of: "audit_trail", Self.end) { reader in
            TrailPosition(number: try reader.integer(), link: try reader.link())
        }
        guard let end else { throw StoreError.corrupt(table: "audit_trail") }
        return end
    }

    private static let recordEvent = SQL.lasting(
        """
        INSERT INTO audit_events (id, link, \(AuditEvent.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    private static let end = SQL.lasting("SELECT end_number, end_link FROM audit_trail")
    private static let moveEnd = SQL.lasting("UPDATE audit_trail SET end_number = ?, end_link = ?")
}
