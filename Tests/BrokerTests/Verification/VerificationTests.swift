import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("Verification: a scope that demands a claim waits until the person has it")
struct VerificationTests {
    /// What `provider` says of Anna from now on.
    private func vouch(_ claims: [String: JSONValue], at provider: ProviderID, by connector: StubConnector) {
        let login = UpstreamLogin.sample(.anna, at: provider)
        let more = UpstreamLogin(
            subject: login.subject, claims: login.claims.changed(by: claims), tokens: login.tokens,
            authenticatedAt: nil, methods: login.methods)
        connector.answer { script in
            script.login = .success(more)
            script.verification = .success(more)
        }
    }

    @Test("The page says who lacks what, and where to get it")
    func notice() async throws {
        let scene = try await Scene.verifying()
        let browser = scene.browser()
        let payload = try await scene.atVerification("openid email identity:verified level:high", in: browser)
        let notice = try await scene.notice(payload, in: browser)
        #expect(notice.client.id.rawValue == "town-hall")
        #expect(notice.person.email == SamplePerson.anna.email)
        #expect(notice.missing.map(\.name) == ["identity:verified", "level:high"])
        #expect(notice.missing.first?.demand?.verification?.value == "https://city.example/verify")
        #expect(notice.attempt == .first)
        #expect(notice.waiver == .refused)
        #expect(try await scene.trail(of: .authorizationGranted).isEmpty)
    }

    @Test("An account of the broker's own is looked at again where it is")
    func localAccount() async throws {
        let scene = try await Scene.verifying()
        let browser = scene.browser()
        let payload = try await scene.atVerification(in: browser)
        try await scene.say(["identity_verified": true])
        let code = try #require(try await scene.sayDone(payload, in: browser).code)
        let tokens = try await scene.redeem(code, as: .townHall)
        #expect(tokens.scope == Scope(["openid", "identity:verified"]))
        #expect(try claims(of: tokens.idToken)["identity_verified"] == true)
        #expect(try claims(of: tokens.accessToken)["scope"] == "openid identity:verified")
        #expect(try await scene.userInfo(tokens.accessToken).values["identity_verified"] == true)
        await #expect(throws: Refusal.alreadyUsed) { try await scene.sayDone(payload, in: browser) }
    }

    @Test("Whoever only says so sees the page again, which says so too")
    func stillMissing() async throws {
        let scene = try await Scene.verifying()
        let browser = scene.browser()
        let first = try await scene.atVerification(in: browser)
        let second = try scene.verificationPayload(try await scene.sayDone(first, in: browser))
        #expect(try await scene.notice(second, in: browser).attempt == .again)
        await #expect(throws: Refusal.alreadyUsed) { try await scene.sayDone(first, in: browser) }
        try await scene.say(["identity_verified": "true"])
        #expect(try await scene.sayDone(second, in: browser).code != nil)
    }

    @Test("At a provider the person logs in once more, and what it says then counts")
    func atProvider() async throws {
        let scene = try await Scene.verifying()
        let browser = scene.browser()
        let login = try #require(try await scene.authorize(try Scene.request(), in: browser).loginPayload)
        let step = try await scene.logIn(at: StubCatalogue.google, payload: login, in: browser)
        let payload = try scene.verificationPayload(step)
        vouch(["identity_verified": true], at: StubCatalogue.google, by: scene.catalogue.google)
        let away = try await scene.sayDone(payload, in: browser)
        guard case .goToNamedProvider(StubCatalogue.google, let fresh) = away else {
            throw UnexpectedStep(found: "\(away)")
        }
        let back = try await scene.logIn(at: StubCatalogue.google, payload: fresh, in: browser)
        let tokens = try await scene.redeem(try #require(back.code), as: .townHall)
        #expect(try claims(of: tokens.idToken)["identity_verified"] == true)
        #expect(try claims(of: tokens.idToken)["nonce"] == "nonce-of-client")
        await #expect(throws: Refusal.alreadyUsed) { try await scene.sayDone(payload, in: browser) }
    }

    @Test("A session answers as a login does: it is sent to its provider for what is new")
    func session() async throws {
        let scene = try await Scene.verifying()
        let browser = scene.browser()
        let first = try #require(try await scene.authorize(try Scene.request("openid"), in: browser).loginPayload)
        #expect(try await scene.logIn(at: StubCatalogue.google, payload: first, in: browser).code != nil)
        let payload = try scene.verificationPayload(try await scene.authorize(try Scene.request(), in: browser))
        let away = try await scene.sayDone(payload, in: browser)
        guard case .goToNamedProvider(StubCatalogue.google, let fresh) = away else {
            throw UnexpectedStep(found: "\(away)")
        }
        vouch(["identity_verified": true], at: StubCatalogue.google, by: scene.catalogue.google)
        #expect(try await scene.logIn(at: StubCatalogue.google, payload: fresh, in: browser).code != nil)
    }

    @Test("A login front end is asked for new tokens, and told so")
    func frontEnd() async throws {
        let scene = try await Scene.verifying(frontEnd: Scene.frontEnd)
        let browser = scene.browser()
        let begun = try await scene.beginAtFrontEnd(try Scene.request(), in: browser)
        let flow = AuthorizationFlow(scene.environment)
        #expect(try await flow.info(begun).freshClaims == nil)
        _ = try await scene.store(begun, as: .frontEndPage, visit: browser.visit)
        let payload = try scene.verificationPayload(try await scene.resume(begun, in: browser))
        let fresh = try #require(try await scene.sayDone(payload, in: browser).frontEndPayload)
        #expect(try await flow.info(fresh).freshClaims == true)
        await #expect(throws: Refusal.alreadyUsed) { try await scene.resume(begun, in: browser) }
        vouch(["identity_verified": true], at: Fixtures.pool, by: scene.catalogue.pool)
        _ = try await scene.store(fresh, as: .frontEndPage, visit: browser.visit)
        #expect(try await scene.resume(fresh, in: browser).code != nil)
    }

    @Test("Somebody who is verified is not stopped, whichever way they came")
    func verified() async throws {
        let scene = try await Scene.verifying()
        try await scene.say(["identity_verified": true])
        let browser = scene.browser()
        #expect(try await scene.code(for: try Scene.request(), in: browser).count > 0)
        #expect(try await scene.authorize(try Scene.request(), in: browser).code != nil)
    }

    @Test("A scope that nobody asks for demands nothing")
    func notAsked() async throws {
        let scene = try await Scene.verifying()
        #expect(try await scene.code(for: try Scene.request("openid tickets.buy"), in: scene.browser()).count > 0)
    }

    @Test("Consent comes after, and is no way around")
    func consent() async throws {
        let scene = try await Scene.verifying(consent: .ask)
        let browser = scene.browser()
        let payload = try await scene.atVerification(in: browser)
        let around = try await scene.allow(payload, in: browser)
        #expect(around.code == nil)
        _ = try scene.verificationPayload(around)
        #expect(try await scene.trail(of: .consentGranted).isEmpty)
        try await scene.say(["identity_verified": true])
        let question = try #require(try await scene.sayDone(payload, in: browser).consentPayload)
        #expect(try await scene.allow(question, in: browser).code != nil)
    }

    @Test("Cancel tells the client access_denied, once, and stands in the trail")
    func cancel() async throws {
        let scene = try await Scene.verifying()
        let browser = scene.browser()
        let payload = try await scene.atVerification(in: browser)
        let token = try await scene.notice(payload, in: browser).formToken
        let step = try await scene.decide(.cancel, payload, in: browser)
        guard case .returnError(let response) = step else { throw UnexpectedStep(found: "\(step)") }
        #expect(response.error.code == .accessDenied)
        #expect(response.state == "state-of-client")
        #expect(try await scene.trail(of: .authorizationDenied).map(\.reason) == ["not_verified"])
        await #expect(throws: Refusal.alreadyUsed) {
            try await VerificationFlow(scene.environment).decide(
                .cancel, formToken: token, payload: payload, visit: browser.visit)
        }
    }

    @Test("What is optional can be gone without, and the client is told what it got (RFC 6749 §3.3)")
    func goWithout() async throws {
        let scene = try await Scene.verifying()
        let browser = scene.browser()
        let payload = try await scene.atVerification("openid level:high email", in: browser)
        #expect(try await scene.notice(payload, in: browser).waiver == .offered)
        let code = try #require(try await scene.decide(.goWithout, payload, in: browser).code)
        let tokens = try await scene.redeem(code, as: .townHall)
        #expect(tokens.scope == Scope(["openid", "email"]))
        await #expect(throws: Refusal.alreadyUsed) { try await scene.decide(.goWithout, payload, in: browser) }
    }

    @Test("Gone without at a provider, the login that was made there is the one that counts")
    func goWithoutAtProvider() async throws {
        let scene = try await Scene.verifying(consent: .ask)
        let browser = scene.browser()
        let login = try #require(
            try await scene.authorize(try Scene.request("openid level:high"), in: browser).loginPayload)
        let step = try await scene.logIn(at: StubCatalogue.google, payload: login, in: browser)
        let payload = try scene.verificationPayload(step)
        let question = try #require(try await scene.decide(.goWithout, payload, in: browser).consentPayload)
        let asked = try await ConsentFlow(scene.environment).question(question, visit: browser.visit)
        #expect(asked.scopes.map(\.name) == ["openid"])
        let code = try #require(try await scene.allow(question, in: browser).code)
        #expect(try await scene.redeem(code, as: .townHall).scope == Scope(["openid"]))
    }

    @Test("What is required cannot be gone without, alone or beside what can")
    func required() async throws {
        let scene = try await Scene.verifying()
        for scope in ["identity:verified", "level:high identity:verified"] {
            let browser = scene.browser()
            let payload = try await scene.atVerification(scope, in: browser)
            await #expect(throws: Refusal.malformedRequest) {
                try await scene.decide(.goWithout, payload, in: browser)
            }
        }
        #expect(try await scene.trail(of: .authorizationGranted).isEmpty)
    }

    @Test("prompt=none shows no page: interaction_required (OIDC Core §3.1.2.6)")
    func promptNone() async throws {
        let scene = try await Scene.verifying()
        let browser = scene.browser()
        _ = try await scene.code(for: try Scene.request("openid"), in: browser)
        let step = try await scene.authorize(try Scene.request().with("prompt", "none"), in: browser)
        #expect(step.error == .interactionRequired)
        try await scene.say(["identity_verified": true])
        #expect(try await scene.authorize(try Scene.request().with("prompt", "none"), in: browser).code != nil)
    }

    @Test("The page is for the browser that began the request, and its answer for that page")
    func foreign() async throws {
        let scene = try await Scene.verifying(consent: .ask)
        let browser = scene.browser()
        let stranger = scene.browser()
        _ = try await scene.authorize(try Scene.request(), in: stranger)
        let payload = try await scene.atVerification(in: browser)
        let flow = VerificationFlow(scene.environment)
        await #expect(throws: Refusal.otherBrowser) { try await scene.notice(payload, in: stranger) }
        await #expect(throws: Refusal.otherBrowser) { try await scene.sayDone(payload, in: stranger) }
        await #expect(throws: Refusal.otherBrowser) {
            try await flow.resume(payload, visit: browser.crossSiteVisit)
        }
        let ofConsent = try await ConsentFlow(scene.environment).question(payload, visit: browser.visit).formToken
        for token in [ofConsent, Secret(payload), Secret("")] {
            await #expect(throws: Refusal.otherBrowser) {
                try await flow.decide(.cancel, formToken: token, payload: payload, visit: browser.visit)
            }
        }
        let ofPage = try await scene.notice(payload, in: browser).formToken
        await #expect(throws: Refusal.otherBrowser) {
            try await ConsentFlow(scene.environment).decide(
                .allow, formToken: ofPage, payload: payload, visit: browser.visit)
        }
    }

    @Test("Before anybody has logged in there is nothing to verify")
    func nobody() async throws {
        let scene = try await Scene.verifying()
        let browser = scene.browser()
        let payload = try #require(try await scene.authorize(try Scene.request(), in: browser).loginPayload)
        await #expect(throws: Refusal.loginNotFinished) { try await scene.notice(payload, in: browser) }
        await #expect(throws: Refusal.loginNotFinished) { try await scene.sayDone(payload, in: browser) }
    }
}
