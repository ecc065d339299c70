import AsyncHTTPClient
import NIOCore
import Synchronization

/// HTTP to one provider, bounded in time, size and number, so that a bad one costs nothing but itself.
package final class UpstreamHTTP: UpstreamTransport {
    /// What one provider may use up.
    package struct Limits: Sendable {
        /// From asking to the last byte of the answer.
        package var deadline: Duration
        /// Requests under way at once; one more is refused rather than kept waiting.
        package var concurrentRequests: Int

        package init(deadline: Duration = .seconds(10), concurrentRequests: Int = 128) {
            self.deadline = deadline
            self.concurrentRequests = concurrentRequests
        }
    }

    private let clients: UpstreamClients
    private let limits: Limits
    private let now: @Sendable () -> ContinuousClock.Instant
    private let report: @Sendable (UpstreamEvent) -> Void
    private let measure: @Sendable (UpstreamMeter.Outcome, Duration) -> Void
    private let underWay = Mutex(0)
    private let breaker: Mutex<CircuitBreaker>

    /// A transport of its own for each provider; `report` hears what goes wrong, `measure` how each request
    /// ended and how long it took.
    package convenience init(
        _ clients: UpstreamClients, limits: Limits = Limits(), now: @escaping @Sendable () -> ContinuousClock.Instant,
        report: @escaping @Sendable (UpstreamEvent) -> Void,
        measure: @escaping @Sendable (UpstreamMeter.Outcome, Duration) -> Void = { _, _ in }
    ) {
        self.init(
            clients, limits: limits, policy: CircuitBreaker.Policy(), now: now, report: report, measure: measure)
    }

    init(
        _ clients: UpstreamClients, limits: Limits, policy: CircuitBreaker.Policy,
        now: @escaping @Sendable () -> ContinuousClock.Instant, report: @escaping @Sendable (UpstreamEvent) -> Void,
        measure: @escaping @Sendable (UpstreamMeter.Outcome, Duration) -> Void = { _, _ in }
    ) {
        self.measure = measure
        self.clients = clients
        self.limits = limits
        self.now = now
        self.report = report
        breaker = Mutex(CircuitBreaker(policy: policy))
    }

    package var availability: UpstreamAvailability {
        let now = now()
        return breaker.withLock { $0.isOpen(at: now) } ? .unavailable : .available
    }

    package func send(_ request: UpstreamRequest) async throws(ConnectorError) -> UpstreamResponse {
        let isAdmitted = underWay.withLock { count in
            guard count < limits.concurrentRequests else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw .unavailable(cause: "too many requests to this provider are under way") }
        defer { underWay.withLock { $0 -= 1 } }
        let begun = now()
        let pass = try pass(at: begun)
        let exchange = await raceAgainstDeadline(request)
        settle(exchange, of: request, pass, since: begun)
        switch exchange {
        case .answered(let response), .excused(let response, _): return response
        case .spoilt(let error): throw error
        case .failed(let cause): throw .unavailable(cause: "\(request.endpoint) \(cause)")
        case .abandoned: throw .unavailable(cause: "\(request.endpoint) was not waited for")
        }
    }

    private func pass(at now: ContinuousClock.Instant) throws(ConnectorError) -> CircuitBreaker.Pass {
        switch breaker.withLock({ $0.admit(at: now) }) {
        case .refused: throw .unavailable(cause: "the provider has failed before and is left alone for a while")
        case .admitted(let pass):
            if pass.isProbe { report(.circuitProbing) }
            return pass
        }
    }

    /// Tells the breaker and the operator how an exchange ended.
    private func settle(
        _ exchange: UpstreamExchange, of request: UpstreamRequest, _ pass: CircuitBreaker.Pass,
        since begun: ContinuousClock.Instant
    ) {
        let ended = now()
        measure(exchange.meterOutcome, ended - begun)
        if let cause = exchange.failure {
            report(.exchangeFailed(request.endpoint, cause: cause, after: ended - begun))
        }
        switch breaker.withLock({ $0.record(exchange.outcome, of: pass, at: ended) }) {
        case .opened(let pause): report(.circuitOpened(pause: pause))
        case .closed: report(.circuitClosed)
        case nil: break
        }
    }

    /// The client's own deadline ends with the response head, so the whole exchange runs against one of ours.
    private func raceAgainstDeadline(_ request: UpstreamRequest) async -> UpstreamExchange {
        await withTaskGroup(of: UpstreamExchange?.self) { group in
            group.addTask { await self.exchange(request) }
            group.addTask {
                try? await Task.sleep(for: self.limits.deadline)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            return Task.isCancelled ? .abandoned : .failed(cause: "gave no complete answer in time")
        }
    }

    private func exchange(_ request: UpstreamRequest) async -> UpstreamExchange {
        guard let outgoing = request.httpRequest else {
            return .spoilt(.misbehaved(cause: "\(request.endpoint) would be sent a token that is none (RFC 6750 §2.1)"))
        }
        do {
            let response = try await clients.client(for: request.endpoint).execute(
                outgoing, timeout: .nanoseconds(Int64(limits.deadline / .nanoseconds(1))))
            let body = try await response.body.collect(upTo: request.limit)
            // A cancelled body ends early without an error; half an answer is none.
            guard !Task.isCancelled else { return .abandoned }
            return UpstreamExchange(response, body: body, to: request)
        } catch is NIOTooManyBytesError {
            return .spoilt(.misbehaved(cause: "\(request.endpoint) answered more than \(request.limit) bytes"))
        } catch {
            return Task.isCancelled ? .abandoned : .failed(cause: FailureCause.words(for: error))
        }
    }
}
