import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("RFC 6749 §6, RFC 9700 §4.14.2: refreshing")
struct RefreshTests {
    /// A refresh token of the bridge: sealed around the pool's own.
    private func bridged(_ scene: Scene) async throws -> TokenResponse {
        let code = try await scene.bridgedCode(for: SampleRequest(try .transport), in: scene.browser())
        return try await scene.redeem(code, as: try .transport)
    }

    private func refreshToken(_ scene: Scene) async throws -> Secret {
        try #require(try await bridged(scene).refreshToken)
    }

    private func bridge() async throws -> Scene {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        scene.catalogue.pool.answer {
            $0.refresh = .success(
                UpstreamTokens(
                    accessToken: Secret("second-upstream-access"), refreshToken: Secret("second-upstream-refresh"),
                    expiresAt: Fixtures.noon(plus: 2 * 3600)))
        }
        return scene
    }

    @Test("A refresh token is exchanged for new tokens, and its successor for the next ones")
    func rotation() async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        let tokens = try await scene.refresh(first, as: try .transport)
        let second = try #require(tokens.refreshToken)
        #expect(second != first)
        #expect(tokens.expiresIn == 3600)
        #expect(try await scene.userInfo(tokens.accessToken).values["email"] == "anna@city.example")
        _ = try await scene.refresh(second, as: try .transport)
        let asked = scene.catalogue.pool.record.refreshed.map { $0.refreshToken?.reveal() }
        #expect(asked == ["upstream-refresh-of-city-pool-Anna", "second-upstream-refresh"])
        #expect(try await scene.trail(of: .tokenRefreshed).count == 2)
    }

    @Test("Within the grace window the predecessor yields the same successor, without asking upstream again")
    func grace() async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        let second = try await scene.refresh(first, as: try .transport).refreshToken
        scene.pass(29)
        #expect(try await scene.refresh(first, as: try .transport).refreshToken == second)
        #expect(scene.catalogue.pool.record.refreshed.count == 1)
        #expect(try await scene.refresh(try #require(second), as: try .transport).refreshToken != nil)
    }

    @Test("After the window the predecessor revokes the grant and everything of it")
    func afterGrace() async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        let tokens = try await scene.refresh(first, as: try .transport)
        scene.pass(30)
        #expect(await scene.refusal { try await scene.refresh(first, as: try .transport) } == .invalidGrant)
        let second = try #require(tokens.refreshToken)
        #expect(await scene.refusal { try await scene.refresh(second, as: try .transport) } == .invalidGrant)
        #expect(await scene.refusal { try await scene.userInfo(tokens.accessToken) } == .invalidToken)
        #expect(try await scene.trail(of: .refreshReplayed).count == 1)
    }

    @Test("One older than the predecessor revokes the grant even within the window")
    func olderOne() async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        let second = try #require(try await scene.refresh(first, as: try .transport).refreshToken)
        let third = try #require(try await scene.refresh(second, as: try .transport).refreshToken)
        #expect(await scene.refusal { try await scene.refresh(first, as: try .transport) } == .invalidGrant)
        #expect(await scene.refusal { try await scene.refresh(third, as: try .transport) } == .invalidGrant)
    }

    @Test("Of fifty refreshes at once all get one successor, and upstream is asked once")
    func simultaneous() async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        let successors = try await withThrowingTaskGroup(of: Secret?.self) { group in
            for _ in 0..<50 {
                group.addTask { try await scene.refresh(first, as: try .transport).refreshToken }
            }
            return try await group.reduce(into: Set<Secret?>()) { $0.insert($1) }
        }
        #expect(successors.count == 1)
        #expect(scene.catalogue.pool.record.refreshed.count == 1)
        #expect(try await scene.trail(of: .tokenRefreshed).count == 1)
        let second = try #require(successors.first ?? nil)
        #expect(try await scene.refresh(second, as: try .transport).refreshToken != nil)
    }

    @Test("A refresh token is its client's alone")
    func otherClient() async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        #expect(await scene.refusal { try await scene.refresh(first, as: try .portal) } == .invalidGrant)
        #expect(try await scene.refresh(first, as: try .transport).refreshToken != nil, "Nothing was used up.")
    }

    @Test("A client that was registered anew under an old name inherits no grants")
    func reborn() async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        try await scene.broker.clients.delete(ClientID(rawValue: "transport"))
        try await scene.broker.register(try .transport)
        #expect(await scene.refusal { try await scene.refresh(first, as: try .transport) } == .invalidGrant)
    }

    @Test("The scope may be narrowed for one access token, and is whole again in the next (RFC 6749 §6)")
    func narrowing() async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        let narrow = try await scene.refresh(first, as: try .transport, scope: "openid")
        #expect(narrow.scope.tokens == ["openid"])
        #expect(try await scene.userInfo(narrow.accessToken).values["email"] == nil)
        let whole = try await scene.refresh(try #require(narrow.refreshToken), as: try .transport)
        #expect(whole.scope.tokens == ["openid", "email"])
    }

    @Test("The scope cannot be widened", arguments: ["openid email profile", "profile", "admin"])
    func widening(scope: String) async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        #expect(
            await scene.refusal { try await scene.refresh(first, as: try .transport, scope: scope) } == .invalidScope)
        #expect(try await scene.refresh(first, as: try .transport).refreshToken != nil, "Nothing was used up.")
    }

    @Test(
        "A provider's bad minute logs nobody out",
        arguments: [
            ConnectorError.unavailable(cause: "timeout"), .misbehaved(cause: "html"), .refused(code: "server_error"),
            .untrusted(.signature),
        ])
    func upstreamDown(error: ConnectorError) async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        scene.catalogue.pool.answer { $0.refresh = .failure(error) }
        #expect(
            await scene.refusal { try await scene.refresh(first, as: try .transport) } == .temporarilyUnavailable)
        scene.catalogue.pool.answer { $0.refresh = .success(UpstreamTokens(accessToken: Secret("back"))) }
        scene.pass(3600)
        #expect(try await scene.refresh(first, as: try .transport).refreshToken != nil)
    }

    @Test("The provider's own invalid_grant ends the grant")
    func upstreamEnded() async throws {
        let scene = try await bridge()
        let tokens = try await bridged(scene)
        let first = try #require(tokens.refreshToken)
        scene.catalogue.pool.answer { $0.refresh = .failure(.grantEnded) }
        #expect(await scene.refusal { try await scene.refresh(first, as: try .transport) } == .invalidGrant)
        #expect(await scene.refusal { try await scene.userInfo(tokens.accessToken) } == .invalidToken)
        #expect(try await scene.trail(of: .grantRevoked).map(\.reason) == ["provider_grant_ended"])
    }

    @Test("Somebody who has left the organisation they had to belong to is logged out at the next refresh")
    func noLongerAdmitted() async throws {
        let scene = try await bridge()
        let tokens = try await bridged(scene)
        let first = try #require(tokens.refreshToken)
        scene.catalogue.pool.answer { $0.refresh = .failure(.notAdmitted(reason: "not_in_organization")) }
        #expect(await scene.refusal { try await scene.refresh(first, as: try .transport) } == .invalidGrant)
        #expect(await scene.refusal { try await scene.userInfo(tokens.accessToken) } == .invalidToken)
        #expect(try await scene.trail(of: .grantRevoked).map(\.reason) == ["not_admitted"])
    }

    @Test(
        "A provider that is switched off refreshes nothing, but its grants outlive it and the client keeps its token",
        arguments: [Provider.State.disabled, .misconfigured(reason: "a secret is not set")])
    func providerOff(state: Provider.State) async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        scene.catalogue.set(Fixtures.pool, state)
        #expect(
            await scene.refusal { try await scene.refresh(first, as: try .transport) } == .temporarilyUnavailable)
        #expect(scene.catalogue.pool.record.refreshed.isEmpty)
        scene.catalogue.set(Fixtures.pool, .ready(scene.catalogue.pool))
        #expect(try await scene.refresh(first, as: try .transport).refreshToken != nil)
    }

    @Test("A provider whose file is gone is as good as switched off")
    func providerGone() async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        scene.catalogue.remove(Fixtures.pool)
        #expect(
            await scene.refusal { try await scene.refresh(first, as: try .transport) } == .temporarilyUnavailable)
        #expect(try await scene.trail(of: .grantRevoked).isEmpty)
    }

    @Test("Whose the upstream refresh token is travels with it")
    func holder() async throws {
        let scene = try await bridge()
        scene.catalogue.pool.answer { script in
            script.verification = script.verification.map { login in
                var tokens = login.tokens
                tokens.holder = "anna.k"
                return UpstreamLogin(
                    subject: login.subject, claims: login.claims, tokens: tokens, authenticatedAt: nil, methods: [])
            }
            script.refresh = script.refresh.map { tokens in
                var tokens = tokens
                tokens.holder = "anna.k"
                return tokens
            }
        }
        let first = try await refreshToken(scene)
        let second = try #require(try await scene.refresh(first, as: try .transport).refreshToken)
        _ = try await scene.refresh(second, as: try .transport)
        #expect(scene.catalogue.pool.record.refreshed.map(\.holder) == ["anna.k", "anna.k"])
    }

    @Test("A disabled account's refresh tokens are dead, even once it is enabled again")
    func accountDisabled() async throws {
        let scene = try await bridge()
        let first = try await refreshToken(scene)
        let person = try #require(
            try await scene.broker.store.person(
                provider: Fixtures.pool, subject: SamplePerson.anna.subject(at: Fixtures.pool)))
        try await scene.broker.accounts.setStatus(.disabled, of: person.account.id)
        #expect(await scene.refusal { try await scene.refresh(first, as: try .transport) } == .invalidGrant)
        try await scene.broker.accounts.setStatus(.active, of: person.account.id)
        #expect(await scene.refusal { try await scene.refresh(first, as: try .transport) } == .invalidGrant)
    }

    @Test("A grant ends with its lifetime, however often it is refreshed")
    func grantLifetime() async throws {
        let scene = try await bridge()
        var token = try await refreshToken(scene)
        for _ in 0..<89 {
            scene.pass(86400)
            token = try #require(try await scene.refresh(token, as: try .transport).refreshToken)
        }
        scene.pass(86400)
        #expect(await scene.refusal { try await scene.refresh(token, as: try .transport) } == .invalidGrant)
    }

    @Test("The jwt profile refreshes without asking anybody upstream, and keeps login time and session")
    func jwtProfile() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let code = try await scene.code(for: SampleRequest(try .portal), in: scene.browser())
        let before = try await scene.redeem(code, as: try .portal)
        scene.pass(1000)
        let after = try await scene.refresh(try #require(before.refreshToken), as: try .portal)
        let (old, new) = (try claims(of: before.idToken), try claims(of: after.idToken))
        for name in ["iss", "sub", "aud", "auth_time", "sid", "amr", "idp"] {
            #expect(new[name] != nil && new[name] == old[name], "\(name)")
        }
        #expect(new["nonce"] == nil)
        #expect(new["iat"] != old["iat"])
        #expect(try claims(of: after.accessToken)["jti"] != (try claims(of: before.accessToken))["jti"])
    }

    @Test("What is no refresh token of ours is refused", arguments: ["", "AAAA", "a.b.c", "%00"])
    func garbage(text: String) async throws {
        let scene = try await bridge()
        let code = await scene.refusal { try await scene.refresh(Secret(text), as: try .transport) }
        #expect(code == (text.isEmpty ? .invalidRequest : .invalidGrant))
    }

    @Test("An access token, a code or a payload is no refresh token")
    func otherPurposes() async throws {
        let scene = try await bridge()
        let browser = scene.browser()
        let payload = try await scene.beginAtFrontEnd(SampleRequest(try .transport), in: browser)
        let code = try await scene.bridgedCode(for: SampleRequest(try .transport), in: browser)
        let access = try await bridged(scene).accessToken
        for other in [access, code, Secret(payload)] {
            #expect(await scene.refusal { try await scene.refresh(other, as: try .transport) } == .invalidGrant)
        }
    }
}
