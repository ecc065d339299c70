import OAuth
import SimulatedUpstream
import Testing

@testable import Connectors

@Suite("HTTP to providers: bounded in time, size, number and reach", .timeLimit(.minutes(1)))
struct UpstreamHTTPTests {
    private func endpoint(_ provider: SimulatedProvider, _ endpoint: SimulatedUpstream.Endpoint) throws
        -> UpstreamEndpoint
    {
        try UpstreamEndpoint(named: provider.address(of: endpoint))
    }

    @Test func `An answer arrives whole`() async throws {
        try await Upstream.run { provider, http in
            let response = try await http.send(UpstreamRequest(endpoint(provider, .discovery)))
            #expect(response.status == 200)
            let document = try response.decode(DiscoveryDocument.self, from: endpoint(provider, .discovery))
            #expect(document.issuer == provider.baseURL)
        }
    }

    @Test func `A redirect is an answer and is not followed`() async throws {
        try await Upstream.run { provider, http in
            provider.inject(.answer(.redirected(to: provider.address(of: .keys)), at: .discovery))
            let request = UpstreamRequest(try endpoint(provider, .discovery))
            #expect(try await http.send(request).status == 302)
            #expect(provider.requestCount(.keys) == 0)
            let cause = "\(request) answered 302; redirects are not followed"
            #expect(
                await connectorError { () async throws(ConnectorError) in
                    try await http.json(DiscoveryDocument.self, from: request)
                } == .misbehaved(cause: cause))
        }
    }

    @Test(arguments: [
        (AnswerFault.serverError, "answered 500"), (.unavailable, "answered 503"),
        (.truncated, "answered 200 with something other than the expected JSON"),
        (.notJSON, "answered 200 with something other than the expected JSON"),
        (.huge(bytes: 2_000_000), "answered more than 1048576 bytes"),
    ])
    func `A bad answer is named`(fault: AnswerFault, cause: String) async throws {
        try await Upstream.run { provider, http in
            provider.inject(.answer(fault, at: .discovery))
            let request = UpstreamRequest(try endpoint(provider, .discovery))
            let error = await connectorError { () async throws(ConnectorError) in
                try await http.json(DiscoveryDocument.self, from: request)
            }
            switch error {
            case .unavailable(let said)?, .misbehaved(let said)?: #expect(said == "\(request) \(cause)")
            default: Issue.record("unexpected: \(String(describing: error))")
            }
        }
    }

    @Test func `A hanging provider is given up at the deadline`() async throws {
        try await Upstream.run(limits: .init(deadline: .milliseconds(200))) { provider, http in
            provider.inject(.answer(.slow(.seconds(600)), at: .discovery))
            let request = UpstreamRequest(try endpoint(provider, .discovery))
            let error = await connectorError { () async throws(ConnectorError) in try await http.send(request) }
            guard case .unavailable = error else {
                Issue.record("unexpected: \(String(describing: error))")
                return
            }
            provider.heal()
        }
    }

    @Test func `Beyond the limit of requests under way, one more is refused at once`() async throws {
        try await Upstream.run(limits: .init(deadline: .seconds(600), concurrentRequests: 2)) { provider, http in
            provider.inject(.answer(.slow(.seconds(600)), at: .discovery))
            let slow = UpstreamRequest(try endpoint(provider, .discovery))
            let keys = UpstreamRequest(try endpoint(provider, .keys))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask { _ = try? await http.send(slow) }
                }
                while provider.requestCount(.discovery) < 2 { await Task.yield() }
                let error = await connectorError { () async throws(ConnectorError) in try await http.send(keys) }
                #expect(error == .unavailable(cause: "too many requests to this provider are under way"))
                group.cancelAll()
                try await group.waitForAll()
                #expect(try await http.send(keys).status == 200)
            }
        }
    }

    @Test func `Nobody listening is a provider that is unavailable`() async throws {
        let http = Upstream.http()
        let request = UpstreamRequest(try UpstreamEndpoint(named: "http://127.0.0.1:1/"))
        let error = await connectorError { () async throws(ConnectorError) in try await http.send(request) }
        guard case .unavailable(let cause) = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
        #expect(cause == "http://127.0.0.1:1/ could not be reached: Connection refused")
    }

    @Test func `A name that leads nowhere is a provider that is unavailable`() async throws {
        let http = Upstream.http()
        let request = UpstreamRequest(try UpstreamEndpoint(named: "https://nowhere.invalid/"))
        let error = await connectorError { () async throws(ConnectorError) in try await http.send(request) }
        #expect(error == .unavailable(cause: "https://nowhere.invalid/ has a name that cannot be resolved"))
    }

    @Test func `A discovered name that leads to a private address is hung up on before anything is asked`() async throws
    {
        try await Upstream.run { provider, http in
            // As if metadata had said https://rebound.example and a name server had answered 127.0.0.1: only what is
            // connected to can tell.
            let named = try endpoint(provider, .keys)
            let discovered = UpstreamEndpoint(url: named.url, source: .discovery, origin: named.origin)
            let error = await connectorError { () async throws(ConnectorError) in
                try await http.send(UpstreamRequest(discovered))
            }
            #expect(
                error
                    == .unavailable(cause: "\(discovered) leads to an address that is not public"))
            #expect(provider.requestCount(.keys) == 0)
            #expect(try await http.send(UpstreamRequest(named)).status == 200)
        }
    }

    @Test func `A request prints its address and nothing else`() throws {
        let request = UpstreamRequest(
            try UpstreamEndpoint(named: "https://id.example/token?tenant=secret"), content: .form([("code", "secret")]),
            authorization: .bearer(Secret("secret"), of: .broker))
        #expect("\(request)" == "https://id.example/token")
        var dumped = ""
        dump(request, to: &dumped)
        #expect(!dumped.contains("secret"))
    }
}
