import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("Consent: asked once, for what is asked, by the person who is there")
struct ConsentTests {
    private func atTheQuestion(
        _ scene: Scene, as person: SamplePerson = .anna, scope: String = "openid email", prompt: String? = nil,
        in browser: TestBrowser? = nil
    ) async throws -> (browser: TestBrowser, payload: String) {
        let browser = browser ?? scene.browser()
        let request = SampleRequest(try .portal, scope: scope).with("prompt", prompt)
        var step = try await scene.authorize(request, in: browser)
        if let payload = step.loginPayload { step = try await scene.logIn(person, payload: payload, in: browser) }
        return (browser, try #require(step.consentPayload, "No question, but \(step)"))
    }

    private func scene() async throws -> Scene {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        try await scene.broker.enrol(.boris)
        return scene
    }

    private func token(_ scene: Scene, _ payload: String, in browser: TestBrowser) async throws -> Secret {
        try await ConsentFlow(scene.environment).question(payload, visit: browser.visit).formToken
    }

    private func decide(
        _ decision: ConsentFlow.Decision, _ scene: Scene, token: Secret, _ payload: String, in browser: TestBrowser
    ) async throws -> NextStep {
        try await ConsentFlow(scene.environment).decide(
            decision, formToken: token, payload: payload, visit: browser.visit
        ).step
    }

    @Test("The question names the client, the scope and the person")
    func question() async throws {
        let scene = try await scene()
        let (browser, payload) = try await atTheQuestion(scene)
        let question = try await ConsentFlow(scene.environment).question(payload, visit: browser.visit)
        #expect(question.client.name == "Portal")
        #expect(question.request.scope.tokens == ["openid", "email"])
        #expect(question.person.values["email"] == "anna@city.example")
    }

    @Test(
        "What was allowed is not asked again; more than that is",
        arguments: [
            ("openid email", false), ("email", false), ("openid", false), ("openid email profile", true),
            ("phone", true),
        ])
    func remembered(scope: String, asked: Bool) async throws {
        let scene = try await scene()
        let (browser, payload) = try await atTheQuestion(scene)
        #expect(try await scene.allow(payload, in: browser).code != nil)
        let step = try await scene.authorize(SampleRequest(try .portal, scope: scope), in: browser)
        #expect((step.consentPayload != nil) == asked)
        #expect((step.code != nil) != asked)
    }

    @Test("What was allowed adds up")
    func addsUp() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        for scope in ["openid", "email", "phone"] {
            let (_, payload) = try await atTheQuestion(scene, scope: scope, in: browser)
            _ = try await scene.allow(payload, in: browser)
        }
        let step = try await scene.authorize(SampleRequest(try .portal, scope: "phone openid email"), in: browser)
        #expect(step.code != nil)
    }

    @Test("prompt=consent asks even for what was allowed")
    func promptConsent() async throws {
        let scene = try await scene()
        let (browser, payload) = try await atTheQuestion(scene)
        _ = try await scene.allow(payload, in: browser)
        _ = try await atTheQuestion(scene, prompt: "consent", in: browser)
    }

    @Test("One person's answer, and an answer to one client, say nothing of another")
    func perPersonAndClient() async throws {
        let scene = try await scene()
        var other = try Client.portal
        other.id = ClientID(rawValue: "other")
        try await scene.broker.register(other)
        let (browser, payload) = try await atTheQuestion(scene)
        _ = try await scene.allow(payload, in: browser)
        #expect(try await scene.authorize(SampleRequest(other), in: browser).consentPayload != nil)
        _ = try await atTheQuestion(scene, as: .boris)
    }

    @Test(
        "A client of the operator's own asks nobody, not even with prompt=consent",
        arguments: [nil, "consent"] as [String?])
    func firstParty(prompt: String?) async throws {
        let scene = try await scene()
        let browser = scene.browser()
        let request = SampleRequest(try .parking).with("prompt", prompt)
        let payload = try #require(try await scene.authorize(request, in: browser).loginPayload)
        #expect(try await scene.logIn(.anna, payload: payload, in: browser).code != nil)
    }

    @Test("A request without scope asks once as well")
    func emptyScope() async throws {
        let scene = try await scene()
        var bare = try Client.portal
        bare.id = ClientID(rawValue: "bare")
        bare.allowedScope = Scope([])
        try await scene.broker.register(bare)
        let browser = scene.browser()
        let request = SampleRequest(bare).with("scope", nil)
        let payload = try #require(try await scene.authorize(request, in: browser).loginPayload)
        #expect(try await scene.logIn(.anna, payload: payload, in: browser).consentPayload != nil)
    }

    @Test("Deny tells the client access_denied, remembers nothing, and stands in the trail")
    func deny() async throws {
        let scene = try await scene()
        let (browser, payload) = try await atTheQuestion(scene)
        let token = try await token(scene, payload, in: browser)
        let step = try await decide(.deny, scene, token: token, payload, in: browser)
        guard case .returnError(let response) = step else { throw UnexpectedStep(found: "\(step)") }
        #expect(response.error.code == .accessDenied)
        #expect(response.state == "state-of-client")
        #expect(try await scene.trail(of: .authorizationDenied).count == 1)
        #expect(try await scene.trail(of: .consentGranted).isEmpty)
        _ = try await atTheQuestion(scene, in: browser)
    }

    @Test("A form token counts for its payload, its person and its browser alone")
    func foreignTokens() async throws {
        let scene = try await scene()
        let (browser, payload) = try await atTheQuestion(scene)
        let own = try await token(scene, payload, in: browser)

        let (_, sibling) = try await atTheQuestion(scene, in: browser)
        let ofSibling = try await token(scene, sibling, in: browser)
        let (stranger, strangers) = try await atTheQuestion(scene, as: .boris)
        let ofStranger = try await token(scene, strangers, in: stranger)

        for token in [ofSibling, ofStranger, Secret(payload), Secret(""), Secret(own.reveal() + "A")] {
            await #expect(throws: Refusal.otherBrowser) {
                try await decide(.allow, scene, token: token, payload, in: browser)
            }
        }
        await #expect(throws: Refusal.otherBrowser) {
            try await decide(.allow, scene, token: own, payload, in: stranger)
        }
        #expect(try await scene.trail(of: .consentGranted).isEmpty)
        #expect(try await decide(.allow, scene, token: own, payload, in: browser).code != nil)
    }

    @Test("Nobody agrees on another's behalf: the page of one person is worth nothing once another has logged in")
    func otherPersonMeanwhile() async throws {
        let scene = try await scene()
        let (browser, payload) = try await atTheQuestion(scene)
        let ofAnna = try await token(scene, payload, in: browser)
        scene.pass()
        let login = SampleRequest(try .parking).with("prompt", "login")
        let loginPayload = try #require(try await scene.authorize(login, in: browser).loginPayload)
        _ = try await scene.logIn(.boris, payload: loginPayload, in: browser)
        await #expect(throws: Refusal.otherBrowser) {
            try await decide(.allow, scene, token: ofAnna, payload, in: browser)
        }
        #expect(try await scene.trail(of: .consentGranted).isEmpty)
    }

    @Test("Whoever has logged out agrees to nothing")
    func loggedOut() async throws {
        let scene = try await scene()
        let (browser, payload) = try await atTheQuestion(scene)
        let token = try await token(scene, payload, in: browser)
        browser.apply(try await Sessions(scene.environment).end(visit: browser.visit).cookies)
        await #expect(throws: Refusal.loginNotFinished) {
            try await decide(.allow, scene, token: token, payload, in: browser)
        }
    }

    @Test("A staged login is used up by the answer: a second click leads nowhere")
    func secondClick() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        let chooser = try #require(
            try await scene.authorize(SampleRequest(try .portal), in: browser).loginPayload)
        let step = try await scene.logIn(at: StubCatalogue.google, payload: chooser, in: browser)
        let payload = try #require(step.consentPayload)
        let token = try await token(scene, payload, in: browser)
        #expect(try await decide(.allow, scene, token: token, payload, in: browser).code != nil)
        await #expect(throws: Refusal.alreadyUsed) {
            try await decide(.allow, scene, token: token, payload, in: browser)
        }
        #expect(try await scene.trail(of: .authorizationGranted).count == 1)
    }

    @Test("A person whom policy turns away while the page is open agrees to nothing")
    func disabledMeanwhile() async throws {
        let scene = try await scene()
        let (browser, payload) = try await atTheQuestion(scene)
        let token = try await token(scene, payload, in: browser)
        scene.catalogue.set(.local, .disabled)
        await #expect(throws: Refusal.loginNotFinished) {
            try await decide(.allow, scene, token: token, payload, in: browser)
        }
    }
}
