/// How long each operation of one kind took, and what went wrong.
struct Samples: Sendable {
    private(set) var nanoseconds: [Int64] = []
    private(set) var errors = 0
    private(set) var firstError: String?

    /// Runs and times `operation`; nil, and counted as an error, if the answer was not what it must be.
    mutating func time<Value>(_ operation: () throws -> Value) throws -> Value? {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let value = try operation()
            nanoseconds.append(Int64((clock.now - start) / .nanoseconds(1)))
            return value
        } catch let mismatch as Mismatch {
            errors += 1
            firstError = firstError ?? mismatch.description
            return nil
        }
    }

    mutating func add(_ other: Samples) {
        nanoseconds += other.nanoseconds
        errors += other.errors
        firstError = firstError ?? other.firstError
    }

    /// The microseconds within which `share` of the operations were answered.
    func quantile(_ share: Double) -> Double {
        let sorted = nanoseconds.sorted()
        guard !sorted.isEmpty else { return 0 }
        return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) / 1000
    }
}
