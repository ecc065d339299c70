/// How long things took, counted in fixed buckets.
package struct LatencyHistogram: Sendable {
    /// The upper bounds of the buckets in seconds, and as Prometheus writes them.
    package static let bounds: [(seconds: Double, text: String)] = [
        (0.001, "0.001"), (0.0025, "0.0025"), (0.005, "0.005"), (0.01, "0.01"), (0.025, "0.025"), (0.05, "0.05"),
        (0.1, "0.1"), (0.25, "0.25"), (0.5, "0.5"), (1, "1"), (2.5, "2.5"), (5, "5"), (10, "10"),
    ]

    /// How many fell into each bucket and into none before it; the last counts what took longer than all bounds.
    private var counts = [Int](repeating: 0, count: LatencyHistogram.bounds.count + 1)
    /// Seconds.
    package private(set) var sum = 0.0

    package init() {}

    package mutating func record(_ duration: Duration) {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        counts[Self.bounds.firstIndex { seconds <= $0.seconds } ?? Self.bounds.count] += 1
        sum += seconds
    }

    /// How many took no longer than each of ``bounds``, and at the end how many there were at all.
    package var cumulativeCounts: [Int] {
        var total = 0
        return counts.map { count in
            total += count
            return total
        }
    }
}
