import Broker
import BrokerTesting
import OAuth
import Storage
import Synchronization

/// A trail in memory, whose rows somebody can change behind the broker's back.
final class EditableTrail: AuditStore {
    struct Content: Sendable {
        var rows: [TrailRow] = []
        var start = TrailPosition.origin
        var end = TrailPosition.origin
        var seal: String?
    }

    private let content = Mutex(Content())

    /// Changes rows, extent or seal.
    func edit(_ change: (inout Content) -> Void) {
        content.withLock { change(&$0) }
    }

    var rows: [TrailRow] { content.withLock(\.rows) }
    var seal: String? { content.withLock(\.seal) }

    private static func add(_ events: [AuditEvent], to content: inout Content) {
        for event in events {
            content.end = content.end.advanced(by: event)
            content.rows.append(
                TrailRow(number: content.end.number, content: .init(event: event, link: content.end.link)))
        }
    }

    /// Writes all rows again, as if `events` had happened from the beginning.
    func rewrite(_ events: [AuditEvent]) {
        edit { content in
            content.rows = []
            content.end = content.start
            Self.add(events, to: &content)
        }
    }

    func append(_ events: [AuditEvent]) async throws {
        edit { Self.add(events, to: &$0) }
    }

    func events(matching filter: AuditFilter) async throws -> [AuditEvent] {
        rows.compactMap(\.content?.event).suffix(filter.limit)
    }

    func trailExtent() async throws -> TrailExtent {
        content.withLock { TrailExtent(start: $0.start, end: $0.end, seal: $0.seal) }
    }

    func walkTrail<Value: Sendable>(
        after number: @escaping @Sendable (TrailExtent) throws -> Int,
        from begin: @escaping @Sendable (TrailExtent) throws -> Value,
        _ step: @escaping @Sendable (inout Value, TrailRow) throws -> Void
    ) async throws -> Value {
        let extent = try await trailExtent()
        var value = try begin(extent)
        let first = try number(extent)
        for row in rows where row.number > first { try step(&value, row) }
        return value
    }

    func replaceSeal(_ old: String?, by seal: String, events: [AuditEvent]) async throws -> Bool {
        content.withLock { content in
            guard content.seal == old else { return false }
            content.seal = seal
            Self.add(events, to: &content)
            return true
        }
    }

    func shortenTrail(
        _ extent: TrailExtent, to start: TrailPosition, seal: String, event: AuditEvent
    ) async throws -> Bool {
        content.withLock { content in
            guard content.start == extent.start, content.seal == extent.seal else { return false }
            content.start = start
            content.seal = seal
            content.rows.removeAll { $0.number <= start.number }
            Self.add([event], to: &content)
            return true
        }
    }
}
