import FoundationEssentials
import Synchronization

/// A document of a provider: fetched when first needed, renewed now and then, kept for a while if the provider is down.
final class FreshValue<Value: Sendable>: Sendable {
    /// How long things last, in seconds.
    struct Policy: Sendable {
        /// Between two fetches after one that failed, and until one more is allowed after ``burst``.
        var pause = 30.0
        /// How many fetches in a row may follow from something missed in the value: a provider may change its keys right
        /// after they were fetched, and nobody may make the broker hammer it.
        var burst = 3
        /// After this a value is fetched anew although nobody missed anything in it.
        var lifetime = 3600.0
        /// For this long a value stays in use although it cannot be renewed.
        var grace = 86_400.0
    }

    /// A value, and how many there were before it.
    struct Edition: Sendable {
        let value: Value
        let number: Int
    }

    private struct State {
        var held: (edition: Edition, fetchedAt: Date)?
        var lastAttempt: (at: Date, failure: ConnectorError?)?
        var allowance: TokenBucket
    }

    private let policy: Policy
    private let fetch: @Sendable (_ now: Date) async throws(ConnectorError) -> Value
    private let shared = SharedFetch<Edition>()
    private let state: Mutex<State>

    init(
        policy: Policy = Policy(), fetch: @escaping @Sendable (_ now: Date) async throws(ConnectorError) -> Value
    ) {
        self.policy = policy
        self.fetch = fetch
        state = Mutex(State(allowance: TokenBucket(capacity: policy.burst, interval: policy.pause)))
    }

    /// The value, fetched now if there is none or it is old.
    func current(at now: Date) async throws(ConnectorError) -> Edition {
        let (held, lastAttempt) = state.withLock { ($0.held, $0.lastAttempt) }
        guard let held else { return try await fetchUnlessDone(after: 0, at: now) }
        let age = now.timeIntervalSince(held.fetchedAt)
        guard age > policy.lifetime, isDue(lastAttempt?.at, at: now) else { return held.edition }
        do throws(ConnectorError) {
            return try await fetchUnlessDone(after: held.edition.number, at: now)
        } catch {
            guard age <= policy.grace else { throw error }
            return held.edition
        }
    }

    /// A newer value than `edition`, which was found wanting; or the same, if fetching another is not due yet.
    ///
    /// Throws what the last attempt ended with, as long as another is not due.
    func newer(than edition: Edition, at now: Date) async throws(ConnectorError) -> Edition {
        let (held, lastAttempt) = state.withLock { ($0.held, $0.lastAttempt) }
        if let held, held.edition.number > edition.number || held.fetchedAt == now { return held.edition }
        if let failure = lastAttempt?.failure, !isDue(lastAttempt?.at, at: now) { throw failure }
        return try await fetch(after: edition.number, at: now, unless: { $0.take(at: now) ? nil : edition })
    }

    private func isDue(_ lastAttempt: Date?, at now: Date) -> Bool {
        guard let lastAttempt else { return true }
        // A clock that was set back must not silence the cache until it has caught up.
        return abs(now.timeIntervalSince(lastAttempt)) >= policy.pause
    }

    private func fetchUnlessDone(after number: Int, at now: Date) async throws(ConnectorError) -> Edition {
        try await fetch(after: number, at: now, unless: { _ in nil })
    }

    /// Fetches a value unless somebody else has done so, or `refusal` has another answer when it comes to it.
    private func fetch(
        after number: Int, at now: Date, unless refusal: (inout TokenBucket) -> Edition?
    ) async throws(ConnectorError) -> Edition {
        try await shared { () async throws(ConnectorError) -> Edition in
            let known: Edition? = state.withLock { state in
                if let held = state.held, held.edition.number > number { return held.edition }
                return refusal(&state.allowance)
            }
            if let known { return known }
            do throws(ConnectorError) {
                let edition = Edition(value: try await fetch(now), number: number + 1)
                state.withLock { state in
                    state.held = (edition, now)
                    state.lastAttempt = (now, nil)
                }
                return edition
            } catch {
                if !Task.isCancelled { state.withLock { $0.lastAttempt = (now, error) } }
                throw error
            }
        }
    }
}
