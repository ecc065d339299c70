package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The trail of events: numbered without gaps, each linked to all before it, and never changed.
///
/// Every method that takes events links them to the trail in the transaction of what they tell.
package protocol AuditStore: Sendable {
    /// Adds `events` at the end.
    func append(_ events: [AuditEvent]) async throws

    /// The newest events that fit `filter`, newest last.
    func events(matching filter: AuditFilter) async throws -> [AuditEvent]

    /// What is kept of the trail.
    func trailExtent() async throws -> TrailExtent

    /// Visits the rows after `number`, oldest first, all as they are at one moment: `begin` makes the first value from
    /// the trail's extent at that moment, `step` takes one row into it.
    func walkTrail<Value: Sendable>(
        after number: @escaping @Sendable (TrailExtent) throws -> Int,
        from begin: @escaping @Sendable (TrailExtent) throws -> Value,
        _ step: @escaping @Sendable (inout Value, TrailRow) throws -> Void
    ) async throws -> Value

    /// Puts `seal` in the place of `old`; false if another one stands there by now.
    func replaceSeal(_ old: String?, by seal: String, events: [AuditEvent]) async throws -> Bool

    /// Removes the events up to `start`, puts `seal` in the place of the old one, and adds `event`; false if the trail's
    /// extent is no longer `extent`, but for its end.
    func shortenTrail(
        _ extent: TrailExtent, to start: TrailPosition, seal: String, event: AuditEvent
    ) async throws -> Bool
}

/// Which events to show.
package struct AuditFilter: Hashable, Sendable {
    package var kind: AuditEvent.Kind?
    package var account: AccountID?
    package var client: ClientID?
    package var ray: RayID?
    package var since: Date?
    /// Most events returned.
    package var limit: Int

    package init(
        kind: AuditEvent.Kind? = nil, account: AccountID? = nil, client: ClientID? = nil, ray: RayID? = nil,
        since: Date? = nil, limit: Int = 100
    ) {
        self.kind = kind
        self.account = account
        self.client = client
        self.ray = ray
        self.since = since
        self.limit = limit
    }
}
