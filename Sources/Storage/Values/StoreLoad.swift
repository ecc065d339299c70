package import OAuth

/// What a store has done since it was opened, and what waits for it.
package struct StoreLoad: Hashable, Sendable {
    /// Events that are counted together.
    package struct EventLabel: Hashable, Sendable {
        package let kind: AuditEvent.Kind
        package let provider: ProviderID?

        package init(kind: AuditEvent.Kind, provider: ProviderID?) {
            self.kind = kind
            self.provider = provider
        }
    }

    /// Changes that wait to be written.
    package let waiting: Int
    package let commits: Int
    package let changes: Int
    /// Events of the trail that this store has committed.
    package let events: [EventLabel: Int]

    package init(waiting: Int, commits: Int, changes: Int, events: [EventLabel: Int]) {
        self.waiting = waiting
        self.commits = commits
        self.changes = changes
        self.events = events
    }
}
