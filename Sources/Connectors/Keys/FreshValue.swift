import FoundationEssentials
import Synchronization

/// A document of a provider: fetched when first needed, renewed now and then, kept for a while if the provider is down.
final class FreshValue<Value: Sendable>: Sendable {
    /// How long things last, in seconds.
    struct Policy: Sendable {
        /// Between two fetches while there is a value: nobody may make the broker hammer a provider.
        var pause = 30.0
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
    }

    private let policy: Policy
    private let fetch: @Sendable (_ now: Date) async throws(ConnectorError) -> Value
    private let shared = SharedFetch<Edition>()
    private let state = Mutex(State())

    init(
        policy: Policy = Policy(), fetch: @escaping @Sendable (_ now: Date) async throws(ConnectorError) -> Value
    ) {
        self.policy = policy
        self.fetch = fetch
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
        if let held, held.edition.number > edition.number { return held.edition }
        guard isDue(lastAttempt?.at, at: now) else {
            if let failure = lastAttempt?.failure { throw failure }
            return edition
        }
        return try await fetchUnlessDone(after: edition.number, at: now)
    }

    private func isDue(_ lastAttempt: Date?, at now: Date) -> Bool {
        guard let lastAttempt else { return true }
        // A clock that was set back must not silence the cache until it has caught up.
        return abs(now.timeIntervalSince(lastAttempt)) >= policy.pause
    }

    private func fetchUnlessDone(after number: Int, at now: Date) async throws(ConnectorError) -> Edition {
        try await shared { () async throws(ConnectorError) -> Edition in
            if let held = state.withLock({ $0.held }), held.edition.number > number { return held.edition }
            do throws(ConnectorError) {
                let edition = Edition(value: try await fetch(now), number: number + 1)
                state.withLock { $0 = State(held: (edition, now), lastAttempt: (now, nil)) }
                return edition
            } catch {
                if !Task.isCancelled { state.withLock { $0.lastAttempt = (now, error) } }
                throw error
            }
        }
    }
}
