import AsyncHTTPClient
import NIOCore
import OAuth
import Testing

@testable import Connectors

@Suite("HTTP to the addresses of clients: bounded, and no way into the broker's own network", .timeLimit(.minutes(1)))
struct ClientCallsTests {
    private func calls(deadline: Duration = .seconds(300)) -> ClientCalls {
        ClientCalls(
            on: HTTPClient.defaultEventLoopGroup, limits: .init(deadline: deadline, concurrentRequests: 8),
            now: { ContinuousClock.now })
    }

    private func ask(_ calls: ClientCalls, _ url: String) async -> Result<Int, ConnectorError> {
        do throws(ConnectorError) {
            let endpoint: UpstreamEndpoint
            do throws(UpstreamEndpoint.Flaw) {
                endpoint = try UpstreamEndpoint(registered: url, by: .theOperator)
            } catch {
                return .failure(.misbehaved(cause: "\(error)"))
            }
            let request = UpstreamRequest(endpoint, content: .form([("logout_token", "t")]), limit: 65_536)
            return .success(try await calls.send(request).status)
        } catch {
            return .failure(error)
        }
    }

    @Test(
        "A client that never answers, drips, or goes on for ever is given up",
        arguments: [
            (RawServer.Script(opening: ""), Duration.milliseconds(300)),
            (
                RawServer.Script(opening: "HTTP/1.1 200 OK\r\nx: ", refrain: "a", pause: .milliseconds(20)),
                .milliseconds(300)
            ),
            (
                RawServer.Script(
                    opening: "HTTP/1.1 200 OK\r\n\r\n", refrain: String(repeating: "a", count: 65_536)),
                .seconds(300)
            ),
            (
                RawServer.Script(
                    opening: "HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n"
                        + String(repeating: "a", count: 10_000_000)), .seconds(300)
            ),
        ])
    func hostile(script: RawServer.Script, deadline: Duration) async throws {
        try await RawServer.run(script) { _, url in
            let outcome = await ask(calls(deadline: deadline), url)
            #expect(throws: ConnectorError.self) { try outcome.get() }
        }
    }

    @Test("A redirect is an answer and is not followed")
    func redirect() async throws {
        let target = RawServer.Script(opening: "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        try await RawServer.run(target) { other, elsewhere in
            let script = RawServer.Script(
                opening: "HTTP/1.1 307 Temporary Redirect\r\nlocation: \(elsewhere)\r\ncontent-length: 0\r\n\r\n")
            try await RawServer.run(script) { _, url in
                #expect(await ask(calls(), url) == .success(307))
                #expect(other.requests.isEmpty)
            }
        }
    }

    @Test("A host that fails again and again is left alone, and no other is")
    func breaker() async throws {
        let calls = calls()
        try await RawServer.run(RawServer.Script(opening: "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")) { _, good in
            try await RawServer.run(RawServer.Script(opening: "", ending: .hangUp)) { _, bad in
                for _ in 0..<3 {
                    let outcome = await ask(calls, bad)
                    #expect(throws: ConnectorError.self) { try outcome.get() }
                }
                #expect(calls.unavailableHosts == [String(bad.dropLast())])
                #expect(await ask(calls, good) == .success(200))
            }
        }
    }

    @Test(
        "What a client registers itself must be public; the operator may name what they like",
        arguments: [
            ("https://127.0.0.1/out", UpstreamEndpoint.Flaw.privateAddress), ("https://10.0.0.7/out", .privateAddress),
            ("https://[::1]/out", .privateAddress), ("https://169.254.169.254/latest", .privateAddress),
            ("https://localhost/out", .privateAddress), ("https://intranet/out", .privateAddress),
            ("http://127.0.0.1:8080/out", .insecure),
        ])
    func registrants(url: String, flaw: UpstreamEndpoint.Flaw) throws {
        #expect(try UpstreamEndpoint(registered: url, by: .theOperator).source == .file)
        #expect(throws: flaw) { try UpstreamEndpoint(registered: url, by: .theClient) }
        #expect(
            try UpstreamEndpoint(registered: "https://client.example/out", by: .theClient).source == .discovery)
    }
}
