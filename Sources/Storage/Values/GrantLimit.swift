/// How many grants one account may have at one client at a time; the oldest give way to a new one.
package struct GrantLimit: Sendable {
    /// The most there may be, the new one included; at least 1.
    package let count: Int
    /// What the trail says of a grant that gives way.
    package let event: @Sendable (Grant) -> AuditEvent

    package init(count: Int, event: @escaping @Sendable (Grant) -> AuditEvent) {
        self.count = max(1, count)
        self.event = event
    }
}
