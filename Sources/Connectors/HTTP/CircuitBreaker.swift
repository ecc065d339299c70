/// Leaves a provider alone that has failed several times in a row, and tries it now and then with a single request.
///
/// A value: time comes in from outside, and what happens with a request is told to it.
struct CircuitBreaker: Sendable {
    /// Somewhere on a clock that is never set.
    typealias Instant = ContinuousClock.Instant

    /// When to stop asking, and for how long.
    struct Policy: Sendable {
        /// So many failures with no answer between them…
        var failures = 3
        /// …within this time open the circuit.
        var window = Duration.seconds(60)
        /// The first pause; each probe that fails doubles it.
        var pause = Duration.seconds(5)
        /// No pause is longer, whatever a provider demands in `Retry-After`.
        var longestPause = Duration.seconds(60)
    }

    /// How a request ended, as far as it tells something about the provider.
    enum Outcome: Sendable {
        /// With any answer of the provider's own, a rejection included.
        case answered
        /// With none, a late one or an excuse; the provider may have said how long to leave it alone.
        case failed(retryAfter: Duration?)
        /// With nothing learnt: whoever asked went away.
        case abandoned
    }

    /// Whether a request may be made.
    enum Admission: Sendable {
        case admitted(Pass)
        case refused
    }

    /// The right to one request; its outcome is reported with it.
    struct Pass: Sendable {
        fileprivate let period: Int
        /// Whether this is the one request that finds out if the provider is back.
        let isProbe: Bool
    }

    /// A change that an operator should hear of.
    enum Transition: Sendable, Equatable {
        case opened(pause: Duration)
        case closed
    }

    private enum State {
        case closed(failures: [Instant])
        case open(until: Instant, pause: Duration)
        case probing(pause: Duration)
    }

    private let policy: Policy
    private var state = State.closed(failures: [])
    /// Counts changes of state, so that a late outcome of an earlier period says nothing.
    private var period = 0

    init(policy: Policy = Policy()) {
        self.policy = policy
    }

    /// Whether a request at `now` would be refused.
    func isOpen(at now: Instant) -> Bool {
        switch state {
        case .closed: false
        case .open(let until, _): now < until
        case .probing: true
        }
    }

    /// Asks for one request.
    mutating func admit(at now: Instant) -> Admission {
        switch state {
        case .closed: return .admitted(Pass(period: period, isProbe: false))
        case .probing: return .refused
        case .open(let until, let pause):
            guard now >= until else { return .refused }
            enter(.probing(pause: pause))
            return .admitted(Pass(period: period, isProbe: true))
        }
    }

    /// Reports how the request admitted by `pass` ended.
    mutating func record(_ outcome: Outcome, of pass: Pass, at now: Instant) -> Transition? {
        guard pass.period == period else { return nil }
        switch (state, outcome) {
        case (.closed, .answered):
            state = .closed(failures: [])
            return nil
        case (.closed, .abandoned), (.open, _): return nil
        case (.closed(let failures), .failed(let retryAfter)):
            let recent = failures.filter { now - $0 <= policy.window } + [now]
            guard recent.count >= policy.failures || retryAfter != nil else {
                state = .closed(failures: recent)
                return nil
            }
            return open(for: policy.pause, retryAfter, at: now)
        case (.probing, .answered):
            enter(.closed(failures: []))
            return .closed
        case (.probing(let pause), .abandoned):
            // Nothing was found out, so the next in line may try at once.
            enter(.open(until: now, pause: pause))
            return nil
        case (.probing(let pause), .failed(let retryAfter)):
            return open(for: pause * 2, retryAfter, at: now)
        }
    }

    private mutating func open(for pause: Duration, _ retryAfter: Duration?, at now: Instant) -> Transition {
        let pause = min(max(pause, retryAfter ?? .zero), policy.longestPause)
        enter(.open(until: now + pause, pause: pause))
        return .opened(pause: pause)
    }

    private mutating func enter(_ state: State) {
        self.state = state
        period += 1
    }
}
