import Connectors
import Synchronization

/// A clock that stands until it is moved, and what was reported meanwhile.
final class Observed: Sendable {
    private let state = Mutex((now: ContinuousClock.now, events: [UpstreamEvent]()))

    var now: ContinuousClock.Instant { state.withLock { $0.now } }
    var events: [UpstreamEvent] { state.withLock { $0.events } }

    func pass(_ duration: Duration) { state.withLock { $0.now += duration } }
    func note(_ event: UpstreamEvent) { state.withLock { $0.events.append(event) } }
}
