import Testing

@testable import Connectors

@Suite("Circuit breaker: a provider that fails is left alone, and tried now and then") struct CircuitBreakerTests {
    /// A breaker in a time of its own.
    private struct Bench {
        var breaker = CircuitBreaker()
        var now = ContinuousClock.now
        private(set) var transitions: [CircuitBreaker.Transition] = []

        mutating func record(_ outcome: CircuitBreaker.Outcome, _ pass: CircuitBreaker.Pass) {
            if let transition = breaker.record(outcome, of: pass, at: now) { transitions.append(transition) }
        }

        private struct Refused: Error {}

        mutating func admit() throws -> CircuitBreaker.Pass {
            guard case .admitted(let pass) = breaker.admit(at: now) else { throw Refused() }
            return pass
        }

        /// Fails unless a request is refused.
        mutating func expectRefusal() {
            guard case .refused = breaker.admit(at: now) else {
                Issue.record("a request was admitted")
                return
            }
        }

        /// Requests from admission to their ends, one after the other.
        mutating func request(_ outcomes: CircuitBreaker.Outcome...) throws {
            for outcome in outcomes { record(outcome, try admit()) }
        }

        /// So many that fail.
        mutating func fail(_ count: Int) throws {
            for _ in 0..<count { try request(.failed(retryAfter: nil)) }
        }

        var isOpen: Bool { breaker.isOpen(at: now) }
    }

    @Test func `Three failures in a row open it`() throws {
        var bench = Bench()
        try bench.fail(2)
        #expect(!bench.isOpen)
        try bench.fail(1)
        #expect(bench.isOpen)
        #expect(bench.transitions == [.opened(pause: .seconds(5))])
        bench.expectRefusal()
    }

    @Test func `Any answer in between starts the count anew`() throws {
        var bench = Bench()
        for _ in 0..<10 {
            try bench.fail(2)
            try bench.request(.answered)
        }
        #expect(bench.transitions.isEmpty)
    }

    @Test func `Failures long apart do not add up, nor does somebody going away`() throws {
        var bench = Bench()
        for _ in 0..<10 {
            try bench.request(.failed(retryAfter: nil), .abandoned, .abandoned)
            bench.now += .seconds(31)
        }
        #expect(bench.transitions.isEmpty)
    }

    @Test func `After the pause one request finds out, and all others still wait`() throws {
        var bench = Bench()
        try bench.fail(3)
        bench.now += .seconds(4.9)
        bench.expectRefusal()
        bench.now += .seconds(0.1)
        #expect(!bench.isOpen)
        let probe = try bench.admit()
        #expect(probe.isProbe)
        #expect(bench.isOpen)
        bench.expectRefusal()
        bench.now += .seconds(3600)
        bench.expectRefusal()
        bench.record(.answered, probe)
        #expect(bench.transitions.last == .closed)
        let next = try bench.admit()
        #expect(!next.isProbe)
    }

    @Test func `Each probe that fails doubles the pause, up to a minute`() throws {
        var bench = Bench()
        try bench.fail(3)
        for pause in [10, 20, 40, 60, 60, 60] {
            bench.now += .seconds(60)
            try bench.fail(1)
            #expect(bench.transitions.last == .opened(pause: .seconds(pause)))
        }
        bench.now += .seconds(60)
        try bench.request(.answered)
        #expect(bench.transitions.last == .closed)
        try bench.fail(3)
        #expect(bench.transitions.last == .opened(pause: .seconds(5)))
    }

    @Test func `A probe that nobody waited for lets the next in line try at once`() throws {
        var bench = Bench()
        try bench.fail(3)
        bench.now += .seconds(5)
        try bench.request(.abandoned)
        #expect(!bench.isOpen)
        try bench.fail(1)
        #expect(bench.transitions == [.opened(pause: .seconds(5)), .opened(pause: .seconds(10))])
    }

    @Test(arguments: [(1, 5), (30, 30), (60, 60), (3600, 60), (86_400, 60)])
    func `Retry-After is heeded at once, within bounds`(demanded: Int, pause: Int) throws {
        var bench = Bench()
        try bench.request(.failed(retryAfter: .seconds(demanded)))
        #expect(bench.transitions == [.opened(pause: .seconds(pause))])
        bench.now += .seconds(pause)
        #expect(!bench.isOpen)
    }

    @Test func `What was asked before it opened says nothing afterwards`() throws {
        var bench = Bench()
        let early = try (0..<300).map { _ in try bench.admit() }
        for pass in early { bench.record(.failed(retryAfter: nil), pass) }
        #expect(bench.transitions == [.opened(pause: .seconds(5))])
        bench.now += .seconds(5)
        let probe = try bench.admit()
        bench.record(.answered, early[0])
        #expect(bench.isOpen)
        bench.record(.answered, probe)
        #expect(!bench.isOpen)
        bench.record(.failed(retryAfter: .seconds(60)), early[1])
        #expect(bench.transitions == [.opened(pause: .seconds(5)), .closed])
    }
}
