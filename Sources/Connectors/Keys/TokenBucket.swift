import FoundationEssentials

/// So many at once, and one more every now and then (a value; time comes in).
struct TokenBucket: Sendable {
    /// How many there can be at most.
    let capacity: Double
    /// Seconds until one more is there.
    let interval: Double
    private var level: Double
    private var filledAt: Date?

    /// A full bucket.
    init(capacity: Int, interval: Double) {
        self.capacity = Double(capacity)
        self.interval = interval
        level = Double(capacity)
    }

    /// Takes one, if there is one.
    mutating func take(at now: Date) -> Bool {
        // A clock that was set back gives nothing, and takes nothing away.
        let elapsed = filledAt.map { max(0, now.timeIntervalSince($0)) } ?? 0
        level = min(capacity, level + elapsed / interval)
        filledAt = now
        guard level >= 1 else { return false }
        level -= 1
        return true
    }
}
