package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The trail of events.
package protocol AuditStore: Sendable {
    /// Adds `events` at the end.
    func append(_ events: [AuditEvent]) async throws

    /// The newest events that fit `filter`, newest last.
    func events(matching filter: AuditFilter) async throws -> [AuditEvent]
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

/// The signing keys.
package protocol SigningKeyStore: Sendable {
    /// All keys, oldest first.
    func signingKeys() async throws -> [StoredSigningKey]

    /// Adds `key` as its algorithm's first active key; false if the algorithm has an active key already, so that two
    /// nodes starting at once agree on one.
    func insertFirst(_ key: StoredSigningKey, event: AuditEvent) async throws -> Bool

    /// Makes `key` the active one of its algorithm, and the one before it retiring, in one transaction.
    func rotate(to key: StoredSigningKey, event: AuditEvent) async throws

    /// Removes a retiring key; throws ``StoreError/notFound`` if no retiring key has that id.
    func removeRetiring(_ id: KeyID, event: AuditEvent) async throws
}
