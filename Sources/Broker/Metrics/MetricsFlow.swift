package import Connectors
import OAuth
package import Storage

/// `GET /metrics`: what a monitoring system reads every few seconds.
package struct MetricsFlow: Sendable {
    private let environment: BrokerEnvironment
    private let requests: RequestMeter
    private let upstream: UpstreamMeter
    private let load: @Sendable () -> StoreLoad

    /// `load` tells what the store has done.
    package init(
        _ environment: BrokerEnvironment, requests: RequestMeter, upstream: UpstreamMeter,
        load: @escaping @Sendable () -> StoreLoad
    ) {
        self.environment = environment
        self.requests = requests
        self.upstream = upstream
        self.load = load
    }

    /// Everything, in Prometheus's text format.
    package func text() -> String {
        var text = MetricsText()
        addRequests(to: &text)
        addStore(to: &text)
        addUpstream(to: &text)
        addKeys(to: &text)
        return text.text
    }

    private func addRequests(to text: inout MetricsText) {
        let all = requests.all
        text.family("requests_total", .counter, "Requests by route, method and status.")
        for (label, count) in all.counts.sorted(by: { $0.key < $1.key }) {
            let labels = [("route", label.route), ("method", label.method), ("status", "\(label.status)")]
            text.sample("requests_total", labels, count)
        }
        text.family("request_duration_seconds", .histogram, "How long requests took, by route.")
        for (route, histogram) in all.durations.sorted(by: { $0.key < $1.key }) {
            text.sample("request_duration_seconds", [("route", route)], histogram)
        }
    }

    private func addStore(to text: inout MetricsText) {
        let load = load()
        text.family(
            "events_total", .counter,
            "Events of the trail by kind and provider: logins and their outcome, tokens by grant, revocations.")
        let events = load.events.map { ($0.key.kind.rawValue, $0.key.provider?.rawValue ?? "", $0.value) }
        for (kind, provider, count) in events.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
            text.sample("events_total", [("event", kind), ("provider", provider)], count)
        }
        text.family("database_queue_depth", .gauge, "Changes that wait to be written.")
        text.sample("database_queue_depth", [], load.waiting)
        text.family("database_changes_total", .counter, "Changes written.")
        text.sample("database_changes_total", [], load.changes)
        text.family("database_commits_total", .counter, "Commits, each of one change or more.")
        text.sample("database_commits_total", [], load.commits)
    }

    private func addUpstream(to text: inout MetricsText) {
        text.family("upstream_duration_seconds", .histogram, "How long providers took, by provider and outcome.")
        let all = upstream.all.map { ($0.key.provider.rawValue, $0.key.outcome.rawValue, $0.value) }
        for (provider, outcome, histogram) in all.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
            text.sample("upstream_duration_seconds", [("provider", provider), ("outcome", outcome)], histogram)
        }
        text.family("upstream_breaker_open", .gauge, "1 while a provider is left alone because it failed.")
        for provider in environment.providers.providers() {
            let isOpen =
                switch provider.availability {
                case .available: 0
                case .unavailable: 1
                }
            text.sample("upstream_breaker_open", [("provider", provider.id.rawValue)], isOpen)
        }
    }

    private func addKeys(to text: inout MetricsText) {
        text.family("signing_key_age_seconds", .gauge, "For how long the key has signed that signs now, by algorithm.")
        let now = environment.clock.now
        for (algorithm, age) in environment.signingKeys.activeAges(at: now).sorted(by: { $0.key < $1.key }) {
            text.sample("signing_key_age_seconds", [("alg", algorithm)], max(0, age.rounded()))
        }
    }
}

extension RequestMeter.Label: Comparable {
    package static func < (left: RequestMeter.Label, right: RequestMeter.Label) -> Bool {
        (left.route, left.method, left.status) < (right.route, right.method, right.status)
    }
}
