import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("Metrics: what a monitoring system reads")
struct MetricsTests {
    @Test("Durations fall into the first bucket that holds them, bounds included")
    func histogram() {
        var histogram = LatencyHistogram()
        for duration: Duration in [.milliseconds(1), .microseconds(1001), .seconds(10), .seconds(11)] {
            histogram.record(duration)
        }
        #expect(histogram.cumulativeCounts == [1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4])
        #expect(abs(histogram.sum - 21.002001) < 1e-9)
    }

    @Test("Requests, events, queue, providers and keys are told in Prometheus's words")
    func text() async throws {
        let scene = try await Scene()
        let requests = RequestMeter()
        let upstream = UpstreamMeter()
        requests.record(RequestMeter.Label(route: "/oauth2/token", method: "POST", status: 200), .milliseconds(3))
        requests.record(RequestMeter.Label(route: "/oauth2/token", method: "POST", status: 400), .milliseconds(30))
        upstream.record(.seconds(20), UpstreamMeter.Label(provider: Fixtures.pool, outcome: .failed))
        let load = StoreLoad(
            waiting: 3, commits: 5, changes: 8,
            events: [
                StoreLoad.EventLabel(kind: .loginFailed, provider: ProviderID(rawValue: #"a"b\"#)): 2,
                StoreLoad.EventLabel(kind: .keyCreated, provider: nil): 1,
            ])
        scene.clock.advance(by: 60)
        let flow = MetricsFlow(scene.environment, requests: requests, upstream: upstream, load: { load })
        let lines = flow.text().split(separator: "\n").map(String.init)
        for line in [
            "# TYPE drawbridge_requests_total counter",
            #"drawbridge_requests_total{route="/oauth2/token",method="POST",status="200"} 1"#,
            "# TYPE drawbridge_request_duration_seconds histogram",
            #"drawbridge_request_duration_seconds_bucket{route="/oauth2/token",le="0.005"} 1"#,
            #"drawbridge_request_duration_seconds_bucket{route="/oauth2/token",le="+Inf"} 2"#,
            #"drawbridge_request_duration_seconds_sum{route="/oauth2/token"} 0.033"#,
            #"drawbridge_request_duration_seconds_count{route="/oauth2/token"} 2"#,
            #"drawbridge_events_total{event="login.failed",provider="a\"b\\"} 2"#,
            #"drawbridge_events_total{event="key.created",provider=""} 1"#,
            "drawbridge_database_queue_depth 3", "drawbridge_database_commits_total 5",
            "drawbridge_database_changes_total 8",
            #"drawbridge_upstream_duration_seconds_bucket{provider="city-pool",outcome="failed",le="10"} 0"#,
            #"drawbridge_upstream_duration_seconds_count{provider="city-pool",outcome="failed"} 1"#,
            #"drawbridge_signing_key_age_seconds{alg="EdDSA"} 60.0"#,
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        for provider in scene.environment.providers.providers() {
            #expect(lines.contains(#"drawbridge_upstream_breaker_open{provider="\#(provider.id)"} 0"#))
        }
    }
}
