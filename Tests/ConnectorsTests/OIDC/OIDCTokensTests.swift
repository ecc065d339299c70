import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("OpenID providers: tokens handed over, and refreshed") struct OIDCTokensTests {
    private static let now = OpenIDFixture.now

    private func verify(_ fixture: OpenIDFixture, _ tokens: UpstreamTokens) async throws -> ConnectorError? {
        let connector = try fixture.connector()
        return await connectorError { () async throws(ConnectorError) in
            try await connector.verify(tokens, at: Self.now)
        }
    }

    @Test func `Staged tokens need an ID token for this client, but no nonce`() async throws {
        let fixture = OpenIDFixture()
        let idToken = try fixture.idToken(["nonce": .gone])
        let tokens = UpstreamTokens(accessToken: Secret("opaque"), idToken: idToken, refreshToken: Secret("r"))
        let login = try await fixture.connector().verify(tokens, at: Self.now)
        #expect(login.subject == OpenIDFixture.subject)
        #expect(login.tokens.refreshToken == Secret("r"))
        #expect(login.claims.name == "Jana Nováková")
        #expect(try await verify(fixture, UpstreamTokens(accessToken: Secret("opaque"))) == .untrusted(.audience))
        let other = UpstreamTokens(accessToken: Secret("opaque"), idToken: try fixture.idToken(["aud": "other"]))
        #expect(try await verify(fixture, other) == .untrusted(.audience))
    }

    @Test(
        arguments: [
            (["sub": "person-2"], TokenFlaw.subjectMismatch), (["azp": "other"], .audience),
            (["client_id": "other"], .audience), (["exp": 1_789_000_000], .expired), ([:], nil),
            (["iss": "https://another.example", "sub": "person-2"], nil), (["sub": .gone], nil),
        ] as [([String: JSONValue?], TokenFlaw?)])
    func `An access token that is a JWT of this issuer is looked at too`(
        changes: [String: JSONValue?], flaw: TokenFlaw?
    ) async throws {
        let fixture = OpenIDFixture()
        let claims =
            ["iss": .string(OpenIDFixture.issuer), "sub": "person-1", "exp": 1_790_000_900] as [String: JSONValue]
        let access = try ForgedToken(claims.with(changes), signedWith: fixture.key).secret()
        let tokens = UpstreamTokens(accessToken: access, idToken: try fixture.idToken())
        #expect(try await verify(fixture, tokens) == flaw.map(ConnectorError.untrusted))
    }

    @Test func `An access token of this issuer with a bad signature is refused`() async throws {
        let fixture = OpenIDFixture()
        let claims: [String: JSONValue] = ["iss": "https://id.example", "sub": "person-1", "exp": 1_790_000_900]
        let access = try ForgedToken(claims, signedWith: .p256("key-1")).secret()
        let tokens = UpstreamTokens(accessToken: access, idToken: try fixture.idToken())
        #expect(try await verify(fixture, tokens) == .untrusted(.signature))
    }

    @Test func `An opaque access token of somebody else is found out by userinfo`() async throws {
        let fixture = OpenIDFixture()
        fixture.transport.answer(OpenIDFixture.userinfo, .object(["sub": "person-2"]))
        let tokens = UpstreamTokens(accessToken: Secret("stolen"), idToken: try fixture.idToken())
        #expect(try await verify(fixture, tokens) == .untrusted(.subjectMismatch))
        guard
            case .bearer(Secret("stolen"), of: .person)? = fixture.transport.last(OpenIDFixture.userinfo)?.authorization
        else {
            Issue.record("userinfo was not asked with the access token")
            return
        }
    }

    static let refusals: [(status: Int, flaw: TokenFlaw)] = [(401, .accessTokenRefused), (403, .accessTokenRefused)]

    @Test(arguments: refusals, ["oidc", "google"])
    func `An access token that userinfo does not take is no good, which is nobody else's fault`(
        refusal: (status: Int, flaw: TokenFlaw), kind: String
    ) async throws {
        let fixture = OpenIDFixture()
        fixture.transport.answer(
            OpenIDFixture.userinfo, status: refusal.status, .object(["error": "invalid_token"]))
        let connector = try fixture.connector(ofKind: kind, #", "issuer": "https://id.example""#)
        let tokens = UpstreamTokens(accessToken: Secret("stale"), idToken: try fixture.idToken())
        let error = await connectorError { () async throws(ConnectorError) in
            try await connector.verify(tokens, at: Self.now)
        }
        #expect(error == .untrusted(refusal.flaw))
    }

    @Test(
        "What the token endpoint issues is no business of ours, whatever its shape (RFC 6749 §1.4)",
        arguments: [
            ["sub": "person-2"], ["azp": "another-api"], ["exp": 1_789_000_000], ["client_id": .gone],
        ] as [[String: JSONValue?]])
    func issuedForAnotherAudience(changes: [String: JSONValue?]) async throws {
        let fixture = OpenIDFixture()
        fixture.publish(["authorization_response_iss_parameter_supported": .gone])
        let claims: [String: JSONValue] = [
            "iss": .string(OpenIDFixture.issuer), "sub": "person-1", "exp": 1_790_000_900, "client_id": "drawbridge",
        ]
        for key in [fixture.key, .p256("key-of-the-api")] {
            let access = JSONValue.string(try ForgedToken(claims.with(changes), signedWith: key).text())
            fixture.issue(try fixture.idToken(), more: ["access_token": access])
            #expect(try await fixture.failure(fixture.connector()) == nil)
            #expect(try await refresh(fixture) == nil)
        }
    }

    private static let old = UpstreamTokens(
        accessToken: Secret("old"), idToken: Secret("old-id"), refreshToken: Secret("refresh-0"))

    private func refresh(_ fixture: OpenIDFixture) async throws -> ConnectorError? {
        let connector = try fixture.connector()
        return await connectorError { () async throws(ConnectorError) in
            try await connector.refresh(Self.old, of: OpenIDFixture.subject, at: Self.now)
        }
    }

    @Test func `A refresh brings new tokens`() async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken(["nonce": .gone]))
        let fresh = try await fixture.connector().refresh(Self.old, of: OpenIDFixture.subject, at: Self.now)
        #expect(fresh.accessToken == Secret("opaque-access"))
        #expect(fresh.refreshToken == Secret("refresh-1"))
        #expect(fresh.expiresAt == Self.now.addingTimeInterval(300))
        let request = try #require(fixture.transport.last(OpenIDFixture.token))
        #expect(request.form == ["grant_type": "refresh_token", "refresh_token": "refresh-0"])
    }

    @Test func `What does not come back stays as it was`() async throws {
        let fixture = OpenIDFixture()
        fixture.issue(nil, more: ["refresh_token": .null, "expires_in": "60"])
        let fresh = try await fixture.connector().refresh(Self.old, of: OpenIDFixture.subject, at: Self.now)
        #expect(fresh.refreshToken == Secret("refresh-0"))
        #expect(fresh.idToken == Secret("old-id"))
        #expect(fresh.expiresAt == Self.now.addingTimeInterval(60))
    }

    @Test(arguments: [
        (400, "invalid_grant", ConnectorError.grantEnded),
        (401, "invalid_client", .misbehaved(cause: "https://id.example/token answered invalid_client")),
        (400, "unauthorized_client", .misbehaved(cause: "https://id.example/token answered unauthorized_client")),
        (500, "invalid_grant", .unavailable(cause: "https://id.example/token answered 500")),
        (503, "x", .unavailable(cause: "https://id.example/token answered 503")),
        (429, "x", .unavailable(cause: "https://id.example/token answered 429")),
    ])
    func `Only the provider's own invalid_grant ends a grant`(
        status: Int, code: String, error: ConnectorError
    ) async throws {
        let fixture = OpenIDFixture()
        fixture.transport.answer(OpenIDFixture.token, status: status, .object(["error": .string(code)]))
        #expect(try await refresh(fixture) == error)
        #expect(fixture.transport.count(OpenIDFixture.token) == 1)
    }

    @Test(
        arguments: [
            (["sub": "person-2"], TokenFlaw.subjectMismatch), (["iss": "https://evil.example"], .issuer),
            (["aud": "other"], .audience), (["exp": 1_789_000_000], .expired),
        ] as [([String: JSONValue?], TokenFlaw)])
    func `A new ID token must be about the same person and for this client`(
        changes: [String: JSONValue?], flaw: TokenFlaw
    ) async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken(changes))
        #expect(try await refresh(fixture) == .untrusted(flaw))
    }

    @Test func `A refresh token is not spent while nobody could judge what comes of it`() async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken())
        fixture.transport.answer(OpenIDFixture.jwks) { (_) throws(ConnectorError) in
            throw .unavailable(cause: "no keys")
        }
        #expect(try await refresh(fixture) == .unavailable(cause: "no keys"))
        #expect(fixture.transport.count(OpenIDFixture.token) == 0)
    }

    @Test(arguments: [
        UpstreamResponse(status: 503, body: []), .json("no keys"), .json(.object(["keys": .array([])])),
    ])
    func `Tokens signed with a key that is not to be had yet wait for it`(keys: UpstreamResponse) async throws {
        let fixture = OpenIDFixture()
        let (connector, newKey) = (try fixture.connector(), ForgeKey.p256("key-2"))
        func refresh(after seconds: Double) async -> ConnectorError? {
            await connectorError { () async throws(ConnectorError) in
                let now = Self.now.addingTimeInterval(seconds)
                let fresh = try await connector.refresh(Self.old, of: OpenIDFixture.subject, at: now)
                #expect(fresh.refreshToken == Secret("refresh-1"))
            }
        }
        fixture.issue(try fixture.idToken())
        #expect(await refresh(after: 0) == nil)

        fixture.issue(try ForgedToken(OpenIDFixture.claims, signedWith: newKey).secret())
        fixture.transport.answer(OpenIDFixture.jwks) { (_) throws(ConnectorError) in keys }
        #expect(await refresh(after: 1) != nil)
        #expect(fixture.transport.count(OpenIDFixture.token) == 2)

        fixture.transport.answer(OpenIDFixture.jwks, .object(["keys": .array([.object(newKey.jwk)])]))
        #expect(await refresh(after: 60) == nil)
        #expect(fixture.transport.count(OpenIDFixture.token) == 2, "The old refresh token is not presented again.")
    }

    @Test func `Without a refresh token nothing is asked`() async throws {
        let fixture = OpenIDFixture()
        let connector = try fixture.connector()
        let error = await connectorError { () async throws(ConnectorError) in
            try await connector.refresh(UpstreamTokens(accessToken: Secret("a")), of: "1", at: Self.now)
        }
        #expect(error == .misbehaved(cause: "https://id.example gave no refresh token"))
        #expect(fixture.transport.count(OpenIDFixture.token) == 0)
    }
}
