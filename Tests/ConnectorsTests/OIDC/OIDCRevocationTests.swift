import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("RFC 7009: revoking upstream tokens") struct OIDCRevocationTests {
    private static let endpoint = "https://id.example/revoke"
    private static let tokens = UpstreamTokens(
        accessToken: Secret("access-1"), idToken: Secret("id-1"), refreshToken: Secret("refresh-1"))

    private func fixture() -> OpenIDFixture {
        let fixture = OpenIDFixture()
        fixture.publish(["revocation_endpoint": .string(Self.endpoint)])
        fixture.transport.answer(Self.endpoint, .object([:]))
        return fixture
    }

    private func revoke(_ fixture: OpenIDFixture, _ tokens: UpstreamTokens = tokens) async throws -> RevocationOutcome {
        try await fixture.connector().revoke(tokens, at: OpenIDFixture.now)
    }

    @Test func `Refresh token first, each with its hint and the client's own proof`() async throws {
        let fixture = fixture()
        var asked: [[String: String]] = []
        #expect(
            try await revoke(fixture, UpstreamTokens(accessToken: Secret(""), refreshToken: Secret("r"))) == .revoked)
        asked.append(try #require(fixture.transport.last(Self.endpoint)).form)
        #expect(try await revoke(fixture) == .revoked)
        asked.append(try #require(fixture.transport.last(Self.endpoint)).form)
        #expect(
            asked == [
                ["token": "r", "token_type_hint": "refresh_token"],
                ["token": "access-1", "token_type_hint": "access_token"],
            ])
        #expect(fixture.transport.count(Self.endpoint) == 3)
        guard case .basic(let name, _) = try #require(fixture.transport.last(Self.endpoint)).authorization else {
            Issue.record("no client authentication")
            return
        }
        #expect(name == OpenIDFixture.clientID)
    }

    @Test func `A provider without such an endpoint is not asked`() async throws {
        let fixture = OpenIDFixture()
        #expect(try await revoke(fixture) == .notOffered)
    }

    @Test(arguments: ["invalid_token", "invalid_grant"])
    func `A token the provider has forgotten is as good as revoked`(code: String) async throws {
        let fixture = fixture()
        fixture.transport.answer(Self.endpoint, status: 400, .object(["error": .string(code)]))
        #expect(try await revoke(fixture) == .revoked)
    }

    @Test func `A provider that revokes no token of these kinds says so`() async throws {
        let fixture = fixture()
        fixture.transport.answer(Self.endpoint, status: 400, .object(["error": "unsupported_token_type"]))
        #expect(try await revoke(fixture) == .notOffered)
        #expect(fixture.transport.count(Self.endpoint) == 2)
    }

    @Test func `What the access token meets does not undo the end of the grant`() async throws {
        let fixture = fixture()
        fixture.transport.answer(Self.endpoint) { (request: UpstreamRequest) async throws(ConnectorError) in
            request.form["token"] == "refresh-1" ? .json(.object([:])) : UpstreamResponse(status: 500, body: [])
        }
        #expect(try await revoke(fixture) == .revoked)
    }

    @Test(arguments: [
        (503, "", ConnectorError.unavailable(cause: "https://id.example/revoke answered 503")),
        (
            401, "invalid_client",
            .misbehaved(cause: "https://id.example/revoke answered 401 invalid_client to a revocation")
        ),
        (404, "", .misbehaved(cause: "https://id.example/revoke answered 404  to a revocation")),
    ])
    func `Trouble is told`(status: Int, code: String, error: ConnectorError) async throws {
        let fixture = fixture()
        fixture.transport.answer(Self.endpoint, status: status, .object(["error": .string(code)]))
        let connector = try fixture.connector()
        let met = await connectorError { () async throws(ConnectorError) in
            try await connector.revoke(Self.tokens, at: OpenIDFixture.now)
        }
        #expect(met == error)
    }
}
