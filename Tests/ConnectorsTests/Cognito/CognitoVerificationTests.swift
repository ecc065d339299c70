import FoundationEssentials
import OAuth
import SimulatedUpstream
import Testing

@testable import Connectors

@Suite("Cognito: tokens handed over by a login front end", .timeLimit(.minutes(1))) struct CognitoVerificationTests {
    /// The connector of a file that names the pool as it is.
    static func connector(
        _ provider: SimulatedProvider, _ http: any UpstreamTransport, client: SimulatedClient = Upstream.app,
        pages: NamedEndpoints = NamedEndpoints(), refreshing: CognitoRefreshing? = nil
    ) throws -> CognitoConnector {
        CognitoConnector(
            CognitoSettings(
                UpstreamSettings(
                    client: UpstreamClient(
                        id: client.id, authentication: client.secret.map { .basic(Secret($0)) } ?? .none),
                    issuer: try UpstreamEndpoint(named: provider.issuer(of: .pool)), scope: Scope(["openid"]),
                    endpoints: pages),
                pages: pages.authorization == nil ? .none : .named, refreshing: refreshing),
            transport: http)
    }

    private func failure(_ connector: CognitoConnector, _ tokens: UpstreamTokens) async -> ConnectorError? {
        await connectorError { () async throws(ConnectorError) in try await connector.verify(tokens, at: Upstream.now) }
    }

    @Test func `Good tokens become a login`() async throws {
        try await Upstream.run { provider, http in
            let minted = try provider.mintTokens(for: Upstream.person, client: Upstream.app)
            let login = try await Self.connector(provider, http).verify(minted.tokens, at: Upstream.now)
            #expect(login.subject == Upstream.person.subject)
            #expect(
                login.claims.values == [
                    "email": "jana@city.example", "email_verified": true, "name": "Jana Nováková",
                    "preferred_username": "jana", "groups": .array(["residents"]),
                ])
            #expect(login.tokens.refreshToken == Secret(minted.refreshToken))
            #expect(login.tokens.expiresAt == Upstream.now.addingTimeInterval(3600))
            #expect(login.authenticatedAt == Upstream.now)
        }
    }

    @Test func `Without an ID token a pool whose API is named is asked about the person`() async throws {
        try await Upstream.run { provider, http in
            var tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.app).tokens
            tokens.idToken = nil
            let named = NamedEndpoints(api: try UpstreamEndpoint(named: provider.baseURL + "/"))
            let login = try await Self.connector(provider, http, pages: named).verify(tokens, at: Upstream.now)
            #expect(login.subject == Upstream.person.subject)
            #expect(login.claims.email == "jana@city.example")
            #expect(login.claims.isEmailVerified)
            #expect(login.claims.preferredUsername == "jana")
            #expect(provider.requestCount(.getUser) == 1)
        }
    }

    @Test func `Without an ID token and a named API the access token is all that is known`() async throws {
        try await Upstream.run { provider, http in
            var tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.app).tokens
            tokens.idToken = nil
            let login = try await Self.connector(provider, http).verify(tokens, at: Upstream.now)
            #expect(login.claims.values == ["preferred_username": "jana", "groups": .array(["residents"])])
            #expect(provider.requestCount(.getUser) == 0)
        }
    }

    @Test func `A pool that is asked and says that the access token is revoked is believed`() async throws {
        try await Upstream.run { provider, http in
            var tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.app).tokens
            tokens.idToken = nil
            provider.signEverybodyOut()
            let named = NamedEndpoints(api: try UpstreamEndpoint(named: provider.baseURL + "/"))
            let connector = try Self.connector(provider, http, pages: named)
            #expect(await failure(connector, tokens) == .refused(code: "NotAuthorizedException"))
        }
    }

    @Test func `An access token that may not ask about the person is good all the same`() async throws {
        try await Upstream.run { provider, http in
            var tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.app).tokens
            tokens.idToken = nil
            let api = StubTransport()
            api.answer(
                "https://api.example/", status: 400,
                .object([
                    "__type": "NotAuthorizedException", "message": "Access Token does not have required scopes",
                ]))
            api.answer(provider.address(of: .poolKeys)) { (request: UpstreamRequest) async throws(ConnectorError) in
                try await http.send(request)
            }
            let named = NamedEndpoints(api: try UpstreamEndpoint(named: "https://api.example/"))
            let connector = try Self.connector(provider, api, pages: named)
            #expect(await failure(connector, tokens) == nil)
            #expect(api.count("https://api.example/") == 1)
        }
    }

    @Test func `An address the pool says nothing about is not verified`() async throws {
        try await Upstream.run { provider, http in
            let person = SimulatedPerson(
                userName: "eva", password: "x", subject: "00000000-0000-4000-8000-000000000001", email: "eva@a.example",
                name: "Eva", emailVerification: .unstated)
            let tokens = try provider.mintTokens(for: person, client: Upstream.app).tokens
            let login = try await Self.connector(provider, http).verify(tokens, at: Upstream.now)
            #expect(login.claims.email == "eva@a.example")
            #expect(!login.claims.isEmailVerified)
        }
    }

    static let faults: [(fault: TokenFault, flaw: TokenFlaw)] = [
        (TokenFault.wrongIssuer, TokenFlaw.issuer), (.wrongAudience, .audience), (.otherPool, .issuer),
        (.wrongAuthorizedParty, .authorizedParty), (.wrongTokenUse, .tokenUse), (.unsigned, .algorithmNotAllowed),
        (.hmacWithPublicKey, .algorithmNotAllowed), (.expired, .expired), (.notYetValid, .notYetValid),
        (.issuedInTheFuture, .notYetValid), (.subjectMismatch, .subjectMismatch), (.missingSubject, .subjectMissing),
        (.badSignature, .signature), (.unknownKey, .unknownKey),
    ]

    @Test(arguments: faults)
    func `Tokens with a fault are refused`(fault: TokenFault, flaw: TokenFlaw) async throws {
        try await Upstream.run { provider, http in
            let tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.app, faults: [fault]).tokens
            #expect(await failure(try Self.connector(provider, http), tokens) == .untrusted(flaw))
        }
    }

    @Test func `Each token is good for its own use only`() async throws {
        try await Upstream.run { provider, http in
            let good = try provider.mintTokens(for: Upstream.person, client: Upstream.app).tokens
            let connector = try Self.connector(provider, http)
            let idToken = try #require(good.idToken)
            #expect(
                await failure(connector, UpstreamTokens(accessToken: idToken, idToken: idToken))
                    == .untrusted(.tokenUse))
            let twice = UpstreamTokens(accessToken: good.accessToken, idToken: good.accessToken)
            #expect(await failure(connector, twice) == .untrusted(.tokenUse))
        }
    }

    @Test func `Tokens of another app client of the same pool are refused`() async throws {
        try await Upstream.run { provider, http in
            let tokens = try provider.mintTokens(for: Upstream.person, client: Upstream.secretive).tokens
            #expect(await failure(try Self.connector(provider, http), tokens) == .untrusted(.audience))
        }
    }

    @Test func `Tokens of the OpenID face, signed with the same keys, are refused`() async throws {
        try await Upstream.run { provider, http in
            let minted = try provider.mintTokens(for: Upstream.person, client: Upstream.openID, scope: ["openid"])
            let tokens = UpstreamTokens(accessToken: Secret(minted.idToken), idToken: Secret(minted.idToken))
            #expect(await failure(try Self.connector(provider, http), tokens) == .untrusted(.issuer))
        }
    }

    @Test func `A pool without named pages cannot be sent a browser, one with them can`() async throws {
        try await Upstream.run { provider, http in
            #expect(try Self.connector(provider, http).redirectLogin == nil)
            let pages = NamedEndpoints(
                authorization: try UpstreamEndpoint(named: provider.address(of: .authorize)),
                token: try UpstreamEndpoint(named: provider.address(of: .token)))
            let login = try #require(try Self.connector(provider, http, pages: pages).redirectLogin)
            let url = try await login.begin(OpenIDFixture.attempt(), at: Upstream.now)
            #expect(url.hasPrefix(provider.address(of: .authorize) + "?response_type=code&client_id=city-app&"))
        }
    }

    @Test func `Every flaw is provoked by a row of some table`() {
        let provoked =
            Self.faults.map(\.flaw) + OIDCLoginTests.forgeries.map(\.flaw)
            + OIDCTokensTests.refusals.map(\.flaw)
        #expect(Set(provoked) == Set(TokenFlaw.allCases))
    }
}
