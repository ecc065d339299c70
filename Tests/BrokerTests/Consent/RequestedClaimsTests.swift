import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("OIDC Core §5.5: claims that are asked for one by one")
struct RequestedClaimsTests {
    private func scene(_ scopes: ScopeCatalogue = .standard) async throws -> Scene {
        let scene = try await Scene(scopes: scopes)
        try await scene.broker.enrol(.anna)
        try await scene.broker.enrol(.boris)
        return scene
    }

    private func request(_ claims: String, scope: String = "openid", of client: Client? = nil) throws -> SampleRequest {
        SampleRequest(try client ?? .portal, scope: scope).with("claims", claims)
    }

    private static let both = #"{"id_token":{"email":null},"userinfo":{"name":{"essential":true}}}"#

    @Test("Each is released where it was asked for, for as long as the grant lives, and nowhere else")
    func released() async throws {
        let scene = try await scene()
        let tokens = try await scene.redeem(
            try await scene.code(for: try request(Self.both), in: scene.browser()), as: try .portal)
        let identity = try claims(of: tokens.idToken)
        #expect(identity["email"] == "anna@city.example" && identity["name"] == nil)
        #expect(identity["email_verified"] == nil, "the scope's other claim was not asked for")
        let info = try await scene.userInfo(tokens.accessToken)
        #expect(Set(info.values.keys) == ["sub", "name"])
        #expect(tokens.scope == Scope(["openid"]))
        scene.pass()
        let refreshed = try await scene.refresh(try #require(tokens.refreshToken), as: try .portal)
        #expect(try claims(of: refreshed.idToken)["email"] == "anna@city.example")
        #expect(Set(try await scene.userInfo(refreshed.accessToken).values.keys) == ["sub", "name"])
    }

    @Test(
        "What no scope of the client releases, or nobody knows, is not, and is no error",
        arguments: [
            #"{"id_token":{"email":{"essential":true},"shoe_size":null},"userinfo":{"email":null,"groups":null}}"#,
            #"{"id_token":{"iss":null,"aud":{"value":"other"},"idp":null,"nonce":{"value":"x"},"exp":null}}"#,
            #"{"userinfo":{"scope":null,"client_id":null,"ray_id":null,"sid":null}}"#,
        ])
    func notReleased(text: String) async throws {
        let scene = try await scene()
        var client = try Client.portal
        client.id = ClientID(rawValue: "narrow")
        client.allowedScope = Scope(["openid", "phone"])
        try await scene.broker.register(client)
        let plain = try await scene.redeem(
            try await scene.code(for: SampleRequest(client, scope: "openid"), in: scene.browser()), as: client)
        let asked = try await scene.redeem(
            try await scene.code(for: try request(text, of: client), in: scene.browser()), as: client)
        #expect(Set(try claims(of: asked.idToken).keys) == Set(try claims(of: plain.idToken).keys))
        #expect(try claims(of: asked.idToken)["aud"] == .string("narrow"))
        #expect(try await scene.userInfo(asked.accessToken).values.keys.sorted() == ["sub"])
    }

    @Test("Consent names them, is asked for them once, and a scope that was allowed covers its own")
    func consent() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        _ = try await scene.code(for: SampleRequest(try .portal, scope: "openid email"), in: browser)
        let covered = try request(#"{"id_token":{"email":null}}"#)
        #expect(try await scene.authorize(covered, in: browser).code != nil)

        let step = try await scene.authorize(try request(Self.both), in: browser)
        let payload = try #require(step.consentPayload, "\(step)")
        let question = try await ConsentFlow(scene.environment).question(payload, visit: browser.visit)
        #expect(question.claims == ["email", "name"] && question.scopes.map(\.name) == ["openid"])
        #expect(
            try await scene.authorize(try request(Self.both).with("prompt", "none"), in: browser).error
                == .consentRequired)
        #expect(try await scene.allow(payload, in: browser).code != nil)
        #expect(try await scene.authorize(try request(Self.both), in: browser).code != nil)
        let more = try await scene.authorize(try request(#"{"userinfo":{"picture":null}}"#), in: browser)
        #expect(more.consentPayload != nil)
        let whole = try await scene.authorize(SampleRequest(try .portal, scope: "openid profile"), in: browser)
        #expect(whole.consentPayload != nil, "a claim allowed is not its scope allowed")
    }

    @Test("Without openid it is no request of OpenID Connect, and a token without it releases none")
    func withoutOpenID() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        let plain = try await scene.redeem(
            try await scene.code(for: try request(Self.both, scope: "email"), in: browser), as: try .portal)
        #expect(try await scene.userInfo(plain.accessToken).values["name"] == nil)
        let whole = try await scene.redeem(
            try await scene.code(for: try request(Self.both, scope: "openid email"), in: browser), as: try .portal)
        scene.pass()
        let narrowed = try await scene.refresh(try #require(whole.refreshToken), as: try .portal, scope: "email")
        #expect(try await scene.userInfo(narrowed.accessToken).values["name"] == nil)
    }

    @Test("A claim whose scope demands something waits until the person meets it")
    func demand() async throws {
        let catalogue = ScopeCatalogue.standard.adding([
            ScopeEntry(
                name: "phone", claims: ["preferred_username"],
                demand: ClaimDemand(claim: "resident", accepted: [true])),
            ScopeEntry(name: "profile", claims: ["name"]),
        ])
        let scene = try await scene(catalogue)
        let asked = try request(#"{"userinfo":{"preferred_username":null}}"#)
        let tokens = try await scene.redeem(
            try await scene.code(for: asked, in: scene.browser()), as: try .portal)
        #expect(try await scene.userInfo(tokens.accessToken).values["preferred_username"] == nil)
        let anna = try #require(try await scene.broker.accounts.account(userName: SamplePerson.anna.userName))
        try await scene.broker.accounts.setClaims(["resident": true], of: anna)
        #expect(try await scene.userInfo(tokens.accessToken).values["preferred_username"] != nil)
    }

    @Test("sub holds the request to one person, as a hint does")
    func subject() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        let first = try await scene.redeem(
            try await scene.code(for: SampleRequest(try .portal), in: browser), as: try .portal)
        let anna = try #require(try claims(of: first.idToken)["sub"]?.string)
        let hers = try request(#"{"id_token":{"sub":{"value":"\#(anna)"}}}"#)
        #expect(try await scene.authorize(hers.with("prompt", "none"), in: browser).code != nil)
        let other = try request(#"{"id_token":{"sub":{"value":"somebody"}}}"#)
        #expect(try await scene.authorize(other.with("prompt", "none"), in: browser).error == .loginRequired)
        let hint = try #require(first.idToken).reveal()
        #expect(
            try await scene.authorize(hers.with("id_token_hint", hint).with("prompt", "none"), in: browser).code != nil)
        #expect(try await scene.authorize(other.with("id_token_hint", hint), in: browser).error == .invalidRequest)
        let two = #"{"id_token":{"sub":{"value":"a"}},"userinfo":{"sub":{"value":"b"}}}"#
        #expect(try await scene.authorize(try request(two), in: browser).error == .invalidRequest)
        let payload = try #require(try await scene.authorize(other, in: browser).loginPayload)
        await #expect(throws: AuthorizationRejection.self) {
            try await scene.logIn(.anna, payload: payload, in: browser)
        }
    }

    @Test("Deleting the client forgets what it was allowed")
    func forgotten() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        _ = try await scene.code(for: try request(Self.both), in: browser)
        let portal = try Client.portal
        try await scene.broker.clients.delete(portal.id)
        try await scene.broker.register(portal)
        #expect(try await scene.authorize(try request(Self.both), in: browser).consentPayload != nil)
    }
}
