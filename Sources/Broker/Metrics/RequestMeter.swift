import Connectors
import Synchronization

/// How many requests came, how they ended, and how long they took.
package final class RequestMeter: Sendable {
    /// What is counted together. All three come from lists of ours, so that no stranger can make them grow.
    package struct Label: Hashable, Sendable {
        /// The route's pattern, never a path as it was asked for.
        let route: String
        let method: String
        let status: Int

        package init(route: String, method: String, status: Int) {
            self.route = route
            self.method = method
            self.status = status
        }
    }

    struct State: Sendable {
        var counts: [Label: Int] = [:]
        var durations: [String: LatencyHistogram] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Counts a request that took `duration`.
    package func record(_ label: Label, _ duration: Duration) {
        state.withLock { state in
            state.counts[label, default: 0] += 1
            state.durations[label.route, default: LatencyHistogram()].record(duration)
        }
    }

    /// What was counted so far.
    var all: State { state.withLock(\.self) }
}
