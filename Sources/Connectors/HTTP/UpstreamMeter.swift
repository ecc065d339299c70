package import OAuth
import Synchronization

/// How long providers take to answer, and whether they do.
package final class UpstreamMeter: Sendable {
    /// How a request to a provider ended.
    package enum Outcome: String, Sendable {
        case answered
        case failed
        case abandoned
    }

    /// Whose requests are counted together.
    package struct Label: Hashable, Sendable {
        package let provider: ProviderID
        package let outcome: Outcome

        package init(provider: ProviderID, outcome: Outcome) {
            self.provider = provider
            self.outcome = outcome
        }
    }

    private let histograms = Mutex<[Label: LatencyHistogram]>([:])

    package init() {}

    package func record(_ duration: Duration, _ label: Label) {
        histograms.withLock { $0[label, default: LatencyHistogram()].record(duration) }
    }

    /// What was counted so far.
    package var all: [Label: LatencyHistogram] { histograms.withLock(\.self) }
}
