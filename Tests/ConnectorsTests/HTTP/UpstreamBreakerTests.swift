import OAuth
import SimulatedUpstream
import Testing

@testable import Connectors

@Suite("HTTP to providers: one that fails is left alone", .timeLimit(.minutes(1))) struct UpstreamBreakerTests {
    private static let pause = "the provider has failed before and is left alone for a while"

    private func keys(_ provider: SimulatedProvider) throws -> UpstreamRequest {
        UpstreamRequest(try UpstreamEndpoint(named: provider.address(of: .keys)))
    }

    private func error(_ http: UpstreamHTTP, _ request: UpstreamRequest) async -> ConnectorError? {
        await connectorError { () async throws(ConnectorError) in
            _ = try (try await http.send(request)).requireSuccess(from: request.endpoint)
        }
    }

    @Test func `After three failures nothing is asked until one request finds the provider back`() async throws {
        let observed = Observed()
        try await Upstream.run(observed: observed) { provider, http in
            let request = try keys(provider)
            provider.inject(.answer(.serverError, at: .keys))
            for _ in 0..<3 { #expect(await error(http, request) == .unavailable(cause: "\(request) answered 500")) }
            #expect(http.availability == .unavailable)
            for _ in 0..<20 { #expect(await error(http, request) == .unavailable(cause: Self.pause)) }
            #expect(provider.requestCount(.keys) == 3)

            observed.pass(.seconds(5))
            #expect(http.availability == .available)
            #expect(await error(http, request) == .unavailable(cause: "\(request) answered 500"))
            #expect(await error(http, request) == .unavailable(cause: Self.pause))
            #expect(provider.requestCount(.keys) == 4)

            provider.heal()
            observed.pass(.seconds(10))
            #expect(await error(http, request) == nil)
            #expect(http.availability == .available)
            let failed = UpstreamEvent.exchangeFailed(request.endpoint, cause: "answered 500", after: .zero)
            #expect(
                observed.events == [
                    failed, failed, failed, .circuitOpened(pause: .seconds(5)), .circuitProbing, failed,
                    .circuitOpened(pause: .seconds(10)), .circuitProbing, .circuitClosed,
                ])
        }
    }

    @Test func `A provider that asks to be left alone is`() async throws {
        let observed = Observed()
        try await Upstream.run(observed: observed) { provider, http in
            let request = try keys(provider)
            provider.inject(.answer(.unavailable, at: .keys))
            #expect(await error(http, request) == .unavailable(cause: "\(request) answered 503"))
            provider.heal()
            observed.pass(.seconds(29))
            #expect(await error(http, request) == .unavailable(cause: Self.pause))
            observed.pass(.seconds(1))
            #expect(await error(http, request) == nil)
            #expect(observed.events.contains(.circuitOpened(pause: .seconds(30))))
        }
    }

    @Test(arguments: [
        AnswerFault.notJSON, .truncated, .redirected(to: "https://elsewhere.invalid/"), .huge(bytes: 2_000_000),
        .status(400), .status(401), .status(403), .status(404), .status(304),
    ])
    func `What may be one person's own affair does not count against the provider`(fault: AnswerFault) async throws {
        let observed = Observed()
        try await Upstream.run(observed: observed) { provider, http in
            let request = try keys(provider)
            provider.inject(.answer(fault, at: .keys))
            for _ in 0..<10 { _ = await error(http, request) }
            #expect(provider.requestCount(.keys) == 10)
            #expect(http.availability == .available)
            #expect(observed.events.isEmpty)
        }
    }

    @Test(arguments: [
        (UpstreamRequest.Authorization.bearer(Secret("jana"), of: .person), UpstreamAvailability.available),
        (.bearer(Secret("app"), of: .broker), .unavailable),
        (.basic(name: "app", password: Secret("secret")), .unavailable), (.none, .unavailable),
    ])
    func `Somebody who has asked too much closes no door for the others`(
        authorization: UpstreamRequest.Authorization, availability: UpstreamAvailability
    ) async throws {
        let throttled = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n"
        try await RawServer.run(.init(opening: throttled)) { _, address in
            let http = Upstream.http()
            let request = UpstreamRequest(try UpstreamEndpoint(named: address), authorization: authorization)
            #expect(await error(http, request) == .unavailable(cause: "\(request) answered 429"))
            #expect(http.availability == availability)
        }
    }

    @Test func `Whoever goes away is no failure of the provider's`() async throws {
        let observed = Observed()
        try await Upstream.run(observed: observed) { provider, http in
            let request = try keys(provider)
            provider.inject(.answer(.slow(.seconds(600)), at: .keys))
            for count in 1...5 {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try? await http.send(request) }
                    while provider.requestCount(.keys) < count { await Task.yield() }
                    group.cancelAll()
                }
            }
            #expect(http.availability == .available)
            #expect(observed.events.isEmpty)
        }
    }

    @Test func `One provider's failures are not another's`() async throws {
        try await Upstream.run { provider, http in
            let request = try keys(provider)
            let other = Upstream.http()
            provider.inject(.answer(.serverError, at: .keys))
            for _ in 0..<3 { _ = await error(http, request) }
            provider.heal()
            #expect(http.availability == .unavailable)
            #expect(other.availability == .available)
            #expect(await error(other, request) == nil)
        }
    }
}
