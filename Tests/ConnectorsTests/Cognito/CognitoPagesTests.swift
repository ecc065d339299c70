import FoundationEssentials
import OAuth
import SimulatedUpstream
import Testing

@testable import Connectors

@Suite("Cognito: logins at the pool's own pages", .timeLimit(.minutes(1))) struct CognitoPagesTests {
    /// The connector of a broker-led file, read as an operator writes it.
    private func connector(
        _ provider: SimulatedProvider, _ http: any UpstreamTransport, _ more: String
    ) throws -> CognitoConnector {
        let definition = try ProviderFileTests.definition(
            """
            {"id": "pool", "type": "cognito", "name": "Pool", "login": "broker", "client_id": "\(Upstream.paged.id)",
             "client_secret": "pool-secret", "issuer": "\(provider.issuer(of: .pool))"\(more)}
            """)
        guard case .cognito(let settings) = definition.upstream else { throw ProviderFileTests.Unusable() }
        return CognitoConnector(settings, transport: http)
    }

    @Test(arguments: [true, false])
    func `A whole login and a refresh, the pages named by their domain or discovered`(isNamed: Bool) async throws {
        try await Upstream.run { provider, http in
            let connector = try connector(provider, http, isNamed ? #", "domain": "\#(provider.baseURL)/""# : "")
            let login = try await Self.login(connector, provider)
            #expect(login.subject == Upstream.person.subject)
            #expect(login.claims.email == "jana@city.example")
            #expect(login.claims.isEmailVerified)
            #expect(login.claims.preferredUsername == "jana")
            #expect(login.claims.values["groups"] == .array(["residents"]))
            #expect(login.tokens.holder == "jana")
            #expect(provider.requestCount(.poolDiscovery) == (isNamed ? 0 : 1))

            let fresh = try await connector.refresh(login.tokens, of: login.subject, at: Upstream.now)
            #expect(fresh.refreshToken != login.tokens.refreshToken)
            #expect(try await connector.revoke(fresh, at: Upstream.now) == .revoked)
            #expect(provider.requestCount(.revocation) == (isNamed ? 1 : 0))
            #expect(provider.requestCount(.revokeToken) == (isNamed ? 0 : 1))

            let departure = UpstreamDeparture(idToken: nil, returnAddress: "https://here.example/back", state: "s")
            let out = try #require(try await connector.address(for: departure, at: Upstream.now))
            #expect(
                out == provider.address(of: .logout) + "?client_id=paged&logout_uri=https%3A%2F%2Fhere.example%2Fback")
        }
    }

    static func login(_ connector: CognitoConnector, _ provider: SimulatedProvider) async throws -> UpstreamLogin {
        let attempt = try SimulatedOpenIDTests.attempt()
        let page = try #require(connector.redirectLogin)
        let url = try await page.begin(attempt, at: Upstream.now)
        let answer = try await provider.browse(url, form: provider.address(of: .login), userName: "jana")
        return try await page.complete(answer, to: attempt, at: Upstream.now)
    }

    @Test func `What the ID token lacks is asked of userinfo, where a truth value is text`() async throws {
        try await Upstream.run { provider, http in
            let connector = try connector(provider, http, #", "domain": "\#(provider.baseURL)""#)
            var tokens = try provider.mintTokens(
                for: Upstream.person, client: Upstream.paged, scope: ["openid", "email"]
            ).tokens
            tokens.idToken = nil
            let login = try await connector.verify(tokens, at: Upstream.now)
            #expect(login.claims.email == "jana@city.example")
            #expect(login.claims.isEmailVerified)
            #expect(provider.requestCount(.userInfo) == 1)
            #expect(provider.requestCount(.getUser) == 0)
        }
    }

    @Test func `An access token that userinfo does not take is no good, which is not the pool's fault`() async throws {
        try await Upstream.run { provider, http in
            let connector = try connector(provider, http, #", "domain": "\#(provider.baseURL)""#)
            var tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.paged, scope: ["openid"]).tokens
            tokens.idToken = nil
            let handedOver = tokens
            provider.inject(.answer(.status(401), at: .userInfo))
            let error = await connectorError { () async throws(ConnectorError) in
                try await connector.verify(handedOver, at: Upstream.now)
            }
            #expect(error == .untrusted(.accessTokenRefused))
        }
    }

    @Test func `An access token that may not ask userinfo does not`() async throws {
        try await Upstream.run { provider, http in
            let connector = try connector(provider, http, #", "domain": "\#(provider.baseURL)""#)
            var tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.paged).tokens
            tokens.idToken = nil
            #expect(try await connector.verify(tokens, at: Upstream.now).claims.email == nil)
            #expect(provider.requestCount(.userInfo) == 0)
        }
    }

    @Test func `The domain leads to the pages, and each endpoint may be named over it`() throws {
        func endpoints(_ more: String) throws -> NamedEndpoints {
            let definition = try ProviderFileTests.definition(
                """
                {"id": "pool", "type": "cognito", "name": "Pool", "client_id": "a",
                 "issuer": "https://cognito.example/eu_1", "domain": "https://city.auth.example"\(more)}
                """)
            return try ProviderFileTests.settings(definition).endpoints
        }
        let usual = try endpoints("")
        #expect(usual.authorization?.url == "https://city.auth.example/oauth2/authorize")
        #expect(usual.token?.url == "https://city.auth.example/oauth2/token")
        #expect(usual.userinfo?.url == "https://city.auth.example/oauth2/userInfo")
        #expect(usual.revocation?.url == "https://city.auth.example/oauth2/revoke")
        #expect(usual.endSession?.url == "https://city.auth.example/logout")
        let named = try endpoints(#", "endpoints": {"end_session": "https://bye.example/"}"#)
        #expect(named.endSession?.url == "https://bye.example/")
        #expect(named.token == usual.token)
    }
}
