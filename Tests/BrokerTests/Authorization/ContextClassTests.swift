import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("OIDC Core §2, §3.1.2.1, §5.5.1.1: of which class a login is")
struct ContextClassTests {
    private static let two = "urn:city:two-factors"
    private static let card = "urn:city:identity-card"

    /// Anna and Boris can log in here by password and at Google, which tells of two factors, and Anna at the campus, which
    /// knows everybody by their card.
    private func scene() async throws -> Scene {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        scene.catalogue.set(StubCatalogue.google, contextClasses: ContextClassRule(named: ["mfa": Self.two]))
        scene.catalogue.set(StubCatalogue.campus, contextClasses: ContextClassRule(usual: Self.card))
        return scene
    }

    /// Google says of its logins from now on that they are of the class `acr`.
    private func google(_ acr: String?, in scene: Scene) {
        let said = UpstreamLogin.sample(.anna, at: StubCatalogue.google)
        let login = UpstreamLogin(
            subject: said.subject, claims: said.claims, tokens: said.tokens, authenticatedAt: nil,
            methods: said.methods, contextClass: acr)
        scene.catalogue.google.answer { $0.login = .success(login) }
    }

    private func request(_ scope: String = "openid") throws -> SampleRequest {
        var client = try Client.portal
        client.consent = .firstParty
        return SampleRequest(client, scope: scope)
    }

    private func essential(_ values: String...) throws -> SampleRequest {
        let list = values.map { "\"\($0)\"" }.joined(separator: ",")
        return try request().with("claims", #"{"id_token":{"acr":{"essential":true,"values":[\#(list)]}}}"#)
    }

    /// The `acr` of the tokens that `step`'s code is good for, agreeing if asked.
    private func acr(_ scene: Scene, _ step: NextStep, in browser: TestBrowser) async throws -> String? {
        var step = step
        if let payload = step.consentPayload { step = try await scene.allow(payload, in: browser) }
        let tokens = try await scene.redeem(try #require(step.code, "\(step)"), as: try .portal)
        return try claims(of: tokens.idToken)["acr"]?.string
    }

    @Test(
        "The ID token says what the provider's file makes of what the provider said",
        arguments: [("mfa", two), ("pwd", "0"), (two, "0"), (nil, "0")] as [(String?, String)])
    func said(upstream: String?, acr: String) async throws {
        let scene = try await scene()
        google(upstream, in: scene)
        let browser = scene.browser()
        let payload = try #require(try await scene.authorize(try request(), in: browser).loginPayload)
        let step = try await scene.logIn(at: StubCatalogue.google, payload: payload, in: browser)
        #expect(try await self.acr(scene, step, in: browser) == acr)
        let again = try await scene.authorize(try request(), in: browser)
        #expect(try await self.acr(scene, again, in: browser) == acr, "the session remembers it")
    }

    @Test("A refreshed ID token and introspection say it too")
    func later() async throws {
        let scene = try await scene()
        var client = try Client.portal
        client.id = ClientID(rawValue: "asking")
        client.consent = .firstParty
        client.introspection = .allowed(.es256)
        try await scene.broker.register(client)
        let browser = scene.browser()
        let asked = SampleRequest(client)
        let payload = try #require(try await scene.authorize(asked, in: browser).loginPayload)
        let step = try await scene.logIn(at: StubCatalogue.campus, payload: payload, in: browser)
        let tokens = try await scene.redeem(try #require(step.code), as: client)
        scene.pass()
        let refreshed = try await scene.refresh(try #require(tokens.refreshToken), as: client)
        #expect(try claims(of: refreshed.idToken)["acr"] == .string(Self.card))
        guard case .active(let said) = try await scene.introspect(refreshed.accessToken, as: client) else {
            throw UnexpectedStep(found: "an inactive token")
        }
        #expect(said.person?.contextClass == Self.card)
    }

    @Test("The provider is asked for it by its own name, and where it has none, not at all")
    func forwarded() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        let asked = try request().with("acr_values", "\(Self.card) \(Self.two) urn:nobody")
        let payload = try #require(try await scene.authorize(asked, in: browser).loginPayload)
        _ = try await scene.beginLogin(at: StubCatalogue.google, payload: payload, in: browser)
        #expect(scene.catalogue.google.record.begun.last?.contextClasses == ["mfa"])
        _ = try await scene.beginLogin(at: StubCatalogue.campus, payload: payload, in: browser)
        #expect(scene.catalogue.campus.record.begun.last?.contextClasses == [])
        let plain = try #require(try await scene.authorize(try request(), in: browser).loginPayload)
        _ = try await scene.beginLogin(at: StubCatalogue.google, payload: plain, in: browser)
        #expect(scene.catalogue.google.record.begun.last?.contextClasses == [])
    }

    @Test("A session of the class answers; another is asked for a login once, and then does as it is")
    func voluntary() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        _ = try await scene.code(for: try request(), in: browser)
        let asked = try request().with("acr_values", Self.card)
        #expect(try await scene.authorize(asked.with("prompt", "none"), in: browser).code != nil)
        let step = try await scene.authorize(asked, in: browser)
        let payload = try #require(step.loginPayload, "\(step)")
        let still = try await scene.logIn(.anna, payload: payload, in: browser)
        #expect(try await acr(scene, still, in: browser) == "0")
        let again = try #require(try await scene.authorize(asked, in: browser).loginPayload)
        let better = try await scene.logIn(at: StubCatalogue.campus, payload: again, in: browser)
        #expect(try await acr(scene, better, in: browser) == Self.card)
        scene.pass()
        #expect(try await acr(scene, try await scene.authorize(asked, in: browser), in: browser) == Self.card)
    }

    @Test("What nobody here can give disturbs nobody, unless it is essential")
    func unattainable() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        _ = try await scene.code(for: try request(), in: browser)
        #expect(try await scene.authorize(try request().with("acr_values", "urn:nobody"), in: browser).code != nil)
        for prompt in [nil, "none", "login"] {
            let step = try await scene.authorize(try essential("urn:nobody").with("prompt", prompt), in: browser)
            #expect(step.error == .unmetAuthenticationRequirements)
        }
        let elsewhere = try await scene.authorize(try essential(Self.card).with("provider", "google"), in: browser)
        #expect(elsewhere.error == .unmetAuthenticationRequirements, "the client names a provider that cannot")
        scene.catalogue.set(StubCatalogue.campus, .disabled)
        #expect(
            try await scene.authorize(try essential(Self.card), in: browser).error == .unmetAuthenticationRequirements)
    }

    @Test("What is essential is given or refused, whatever the browser does")
    func essentialClass() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        _ = try await scene.code(for: try request(), in: browser)
        let asked = try essential(Self.card, Self.two)
        #expect(try await scene.authorize(asked.with("prompt", "none"), in: browser).error == .loginRequired)
        let first = try #require(try await scene.authorize(asked, in: browser).loginPayload)
        let chooser = try await LoginPageFlow(scene.environment).chooser(first, visit: browser.visit)
        #expect(chooser.providers.map(\.id) == [StubCatalogue.google, StubCatalogue.campus])
        #expect(chooser.localForm == .absent)
        await #expect(throws: AuthorizationRejection.self) {
            try await scene.logIn(.anna, payload: first, in: browser)
        }
        google("pwd", in: scene)
        let second = try #require(try await scene.authorize(asked, in: browser).loginPayload)
        await #expect(throws: AuthorizationRejection.self) {
            try await scene.logIn(at: StubCatalogue.google, payload: second, in: browser)
        }
        google("mfa", in: scene)
        let third = try #require(try await scene.authorize(asked, in: browser).loginPayload)
        let step = try await scene.logIn(at: StubCatalogue.google, payload: third, in: browser)
        #expect(try await acr(scene, step, in: browser) == Self.two)
        scene.pass()
        let session = try await scene.authorize(asked.with("prompt", "none"), in: browser)
        #expect(try await acr(scene, session, in: browser) == Self.two)
    }

    @Test("A login front end hears of it, and what it hands over is judged the same")
    func frontEnd() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        scene.catalogue.set(Fixtures.pool, contextClasses: ContextClassRule(named: ["mfa": Self.two]))
        let claims = #"{"id_token":{"acr":{"essential":true,"value":"\#(Self.two)"}}}"#
        let request = SampleRequest(try .transport).with("claims", claims)
        let browser = scene.browser()
        let payload = try #require(try await scene.authorize(request, in: browser).frontEndPayload)
        let info = try await AuthorizationFlow(scene.environment).info(payload)
        #expect(info.contextClasses == [Self.two])
        await #expect(throws: AuthorizationRejection.self) {
            _ = try await scene.bridgedCode(for: request, in: scene.browser())
        }
        let said = UpstreamLogin.sample(.anna, at: Fixtures.pool)
        let login = UpstreamLogin(
            subject: said.subject, claims: said.claims, tokens: said.tokens, authenticatedAt: nil, methods: [],
            contextClass: "mfa")
        scene.catalogue.pool.answer { $0.verification = .success(login) }
        let code = try await scene.bridgedCode(for: request, in: scene.browser())
        let tokens = try await scene.redeem(code, as: try .transport)
        #expect(try BrokerTests.claims(of: tokens.idToken)["acr"] == .string(Self.two))
    }

    @Test("Discovery lists what can be had")
    func discovery() async throws {
        let scene = try await scene()
        #expect(scene.environment.attainableContextClasses == ["0", Self.card, Self.two])
        scene.catalogue.set(StubCatalogue.google, .disabled)
        #expect(scene.environment.attainableContextClasses == ["0", Self.card])
    }
}
