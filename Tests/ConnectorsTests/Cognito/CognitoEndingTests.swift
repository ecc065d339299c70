import FoundationEssentials
import OAuth
import SimulatedUpstream
import Testing

@testable import Connectors

@Suite("Cognito: revoking and logging out", .timeLimit(.minutes(1))) struct CognitoEndingTests {
    /// The connector of a pool made of stubs.
    static func connector(
        _ transport: StubTransport, secret: String? = nil, endpoints: NamedEndpoints = NamedEndpoints(),
        refreshing: CognitoRefreshing? = nil
    ) throws -> CognitoConnector {
        CognitoConnector(
            CognitoSettings(
                UpstreamSettings(
                    client: UpstreamClient(
                        id: "city-app", authentication: secret.map { .basic(Secret($0)) } ?? .none),
                    issuer: try UpstreamEndpoint(named: "https://cognito.example/eu_1"), scope: Scope(["openid"]),
                    endpoints: endpoints),
                pages: endpoints.authorization == nil ? .none : .named, refreshing: refreshing),
            transport: transport)
    }

    @Test(arguments: [Upstream.app, Upstream.secretive])
    func `RevokeToken of the API ends the login`(client: SimulatedClient) async throws {
        try await Upstream.run { provider, http in
            let tokens = try provider.mintTokens(for: Upstream.person, client: client).tokens
            let connector = try CognitoVerificationTests.connector(provider, http, client: client)
            #expect(try await connector.revoke(tokens, at: Upstream.now) == .revoked)
            #expect(provider.requestCount(.revokeToken) == 1)
            let error = await connectorError { () async throws(ConnectorError) in
                try await connector.refresh(tokens, of: Upstream.person.subject, at: Upstream.now)
            }
            #expect(error == .grantEnded)
        }
    }

    @Test func `The revocation endpoint of the pool's domain is used where it is named`() async throws {
        try await Upstream.run { provider, http in
            let tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.secretive).tokens
            let connector = try CognitoVerificationTests.connector(
                provider, http, client: Upstream.secretive,
                pages: NamedEndpoints(revocation: try UpstreamEndpoint(named: provider.address(of: .revocation))))
            #expect(try await connector.revoke(tokens, at: Upstream.now) == .revoked)
            #expect(provider.requestCount(.revocation) == 1)
            #expect(provider.requestCount(.revokeToken) == 0)
        }
    }

    @Test(arguments: ["UnsupportedOperationException", "UnsupportedTokenTypeException"])
    func `An app client without revocation does not offer it`(type: String) async throws {
        let transport = StubTransport()
        transport.answer("https://cognito.example/", status: 400, .object(["__type": .string(type)]))
        let connector = try Self.connector(transport)
        let tokens = UpstreamTokens(accessToken: Secret("a"), refreshToken: Secret("r"))
        #expect(try await connector.revoke(tokens, at: Upstream.now) == .notOffered)
        #expect(
            transport.last("https://cognito.example/")?.message == .object(["ClientId": "city-app", "Token": "r"]))
    }

    @Test func `Without a refresh token there is nothing to revoke`() async throws {
        let transport = StubTransport()
        let connector = try Self.connector(transport)
        #expect(try await connector.revoke(UpstreamTokens(accessToken: Secret("a")), at: Upstream.now) == .notOffered)
    }

    @Test func `Logging out goes beside the login page, with Cognito's own parameters`() async throws {
        let departure = UpstreamDeparture(
            idToken: Secret("a.b.c"), returnAddress: "https://login.city.example/oauth2/logout/return", state: "s")
        var pages = NamedEndpoints(
            authorization: try UpstreamEndpoint(named: "https://city.auth.example/oauth2/authorize"),
            token: try UpstreamEndpoint(named: "https://city.auth.example/oauth2/token"))
        func connector() throws -> CognitoConnector {
            try Self.connector(StubTransport(), endpoints: pages)
        }
        let query = "?client_id=city-app&logout_uri=https%3A%2F%2Flogin.city.example%2Foauth2%2Flogout%2Freturn"
        let beside = try #require(try connector().upstreamLogout)
        #expect(
            try await beside.address(for: departure, at: Upstream.now) == "https://city.auth.example/logout" + query)
        pages.endSession = try UpstreamEndpoint(named: "https://bye.example/logout")
        let named = try #require(try connector().upstreamLogout)
        #expect(try await named.address(for: departure, at: Upstream.now) == "https://bye.example/logout" + query)
        pages = NamedEndpoints()
        #expect(try connector().upstreamLogout == nil)
    }
}
