import FoundationEssentials

/// So many at once, and one more every now and then (a value; time comes in).
struct TokenBucket: Sendable {
    /// Seconds until one more is there.
    private let interval: Double
    /// Most seconds that are saved up.
    private let capacity: Double
    /// Seconds saved up: each one taken costs an interval.
    private var credit: Double
    private var filledAt: Date?

    /// A full bucket.
    init(capacity: Int, interval: Double) {
        self.interval = interval
        self.capacity = Double(capacity) * interval
        credit = self.capacity
    }

    /// Takes one, if there is one.
    mutating func take(at now: Date) -> Bool {
        // A clock that was set back gives nothing, and takes nothing away.
        let elapsed = filledAt.map { max(0, now.timeIntervalSince($0)) } ?? 0
        credit = min(capacity, credit + elapsed)
        filledAt = now
        guard credit >= interval else { return false }
        credit -= interval
        return true
    }
}
