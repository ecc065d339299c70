import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("Linking: an identity joins an account by logging in with both")
struct LinkingTests {
    private static let google = StubCatalogue.google
    private static let campus = StubCatalogue.campus

    /// Anna at her account page, just logged in with her local account.
    private func atTheAccountPage(_ scene: Scene) async throws -> TestBrowser {
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        let payload = try #require(try await scene.enterAccount(in: browser).loginPayload)
        let step = try await scene.logIn(.anna, payload: payload, in: browser)
        guard case .goToAccount = step else { throw UnexpectedStep(found: "\(step)") }
        return browser
    }

    @Test("The page is entered by logging in, and nothing a client could use comes of it")
    func entering() async throws {
        let scene = try await Scene()
        let browser = try await atTheAccountPage(scene)
        let overview = try await scene.accountPage(in: browser)
        #expect(overview.person.name == SamplePerson.anna.name)
        #expect(overview.identities.map(\.provider) == [.local])
        #expect(overview.identities.map(\.removal) == [.ownPassword])
        #expect(overview.connectable.map(\.id) == [Fixtures.pool, Self.google, Self.campus])
        #expect(try await scene.trail(of: .authorizationGranted).isEmpty)
        #expect(try await scene.trail(of: .loginSucceeded).count == 1)
    }

    @Test("A provider's login enters the page as well, and its tokens are not kept")
    func enteringThroughAProvider() async throws {
        let scene = try await Scene()
        let browser = scene.browser()
        let payload = try #require(try await scene.enterAccount(in: browser).loginPayload)
        let state = try await scene.beginLogin(at: Self.google, payload: payload, in: browser)
        guard case .goToAccount = try await scene.returnFrom(Self.google, state: state, in: browser) else {
            Issue.record("The login does not lead to the page.")
            return
        }
        #expect(try await scene.accountPage(in: browser).identities.map(\.removal) == [.lastOne])
        await #expect(throws: Refusal.alreadyUsed) {
            try await scene.returnFrom(Self.google, state: state, in: browser)
        }
    }

    @Test("No request from outside can name the page's own client")
    func theClientIsNotOneOfTheRegistered() async throws {
        let scene = try await Scene()
        let request = try SampleRequest(.parking).with("client_id", ".account")
        await #expect(throws: Refusal.unknownClient) { try await scene.authorize(request, in: scene.browser()) }
    }

    @Test("Who logs in with both has one account from then on")
    func linking() async throws {
        let scene = try await Scene()
        let browser = try await atTheAccountPage(scene)
        let proof = try await scene.prove(Self.google, in: browser)
        let question = try await LinkingFlow(scene.environment).question(proof, visit: browser.visit)
        #expect(question.providerName == "Google")
        #expect(question.consequence == .nothingElse)
        guard case .goToAccount = try await scene.answer(.link, proof, in: browser) else {
            Issue.record("Agreeing does not lead back.")
            return
        }
        let linked = try #require(try await scene.trail(of: .identityLinked).only)
        #expect(linked.provider == Self.google)
        #expect(linked.reason == "both_logged_in")

        let other = scene.browser()
        let request = try SampleRequest(.parking)
        let payload = try #require(try await scene.authorize(request, in: other).loginPayload)
        let code = try #require(try await scene.logIn(at: Self.google, payload: payload, in: other).code)
        let claims = try claims(of: try await scene.redeem(code, as: try .parking).idToken)
        let local = try await scene.broker.store.localAccount(userNameKey: "anna")
        #expect(claims["sub"]?.string == local?.account.id.rawValue)
        #expect(try await scene.accountPage(in: browser).identities.count == 2)
    }

    @Test("Cancelling links nothing, and a proof counts once")
    func proofsCountOnce() async throws {
        let scene = try await Scene()
        let browser = try await atTheAccountPage(scene)
        let proof = try await scene.prove(Self.google, in: browser)
        _ = try await scene.answer(.cancel, proof, in: browser)
        await #expect(throws: Refusal.alreadyUsed) { try await scene.answer(.link, proof, in: browser) }
        #expect(try await scene.trail(of: .identityLinked).isEmpty)
    }

    @Test("Fifty answers at once link once")
    func manyAtOnce() async throws {
        let scene = try await Scene()
        let browser = try await atTheAccountPage(scene)
        let proof = try await scene.prove(Self.google, in: browser)
        let answered = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask { (try? await scene.answer(.link, proof, in: browser)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(answered == 1)
        #expect(try await scene.trail(of: .identityLinked).count == 1)
    }

    @Test("An identity with an account of its own leaves it only if the person agrees to that")
    func takingOver() async throws {
        let scene = try await Scene()
        let other = scene.browser()
        let request = try SampleRequest(.portal, scope: "openid email offline_access")
        let login = try #require(try await scene.authorize(request, in: other).loginPayload)
        let consent = try #require(
            try await scene.logIn(at: Self.google, payload: login, in: other).consentPayload)
        let code = try #require(try await scene.allow(consent, in: other).code)
        let refreshToken = try #require(try await scene.redeem(code, as: try .portal).refreshToken)

        let browser = try await atTheAccountPage(scene)
        let proof = try await scene.prove(Self.google, in: browser)
        #expect(
            try await LinkingFlow(scene.environment).question(proof, visit: browser.visit).consequence
                == .leavesItsAccount)
        _ = try await scene.answer(.link, proof, in: browser)
        #expect(try await scene.accountPage(in: browser).identities.count == 2)
        #expect(try await scene.trail(of: .identityLinked).only?.reason == "taken_from_own_account")
        await #expect(throws: OAuthError.self, "What the old account began has ended.") {
            try await scene.refresh(refreshToken, as: try .portal)
        }
    }

    @Test("An identity that somebody else has got in the meantime stays theirs")
    func ownersAreNamed() async throws {
        let scene = try await Scene()
        let browser = try await atTheAccountPage(scene)
        let proof = try await scene.prove(Self.google, in: browser)
        let stranger = scene.browser()
        let payload = try #require(
            try await scene.authorize(try SampleRequest(.parking), in: stranger).loginPayload)
        _ = try await scene.logIn(at: Self.google, payload: payload, in: stranger)
        await #expect(throws: Refusal.requestExpired) { try await scene.answer(.link, proof, in: browser) }
        #expect(try await scene.accountPage(in: browser).identities.count == 1)
    }

    @Test("A disabled account keeps its identities")
    func disabledAccountsKeepTheirs() async throws {
        let scene = try await Scene()
        let login = UpstreamLogin.sample(.anna, at: Self.google)
        let identity = Identity(
            provider: Self.google, subject: login.subject, accountID: AccountID(rawValue: "banned"),
            claims: login.claims)
        _ = try await scene.broker.store.recordLogin(identity, at: scene.clock.now)
        let browser = try await atTheAccountPage(scene)
        let proof = try await scene.prove(Self.google, in: browser)
        try await scene.broker.store.setStatus(
            .disabled, of: identity.accountID,
            event: AuditEvent(.accountChanged, at: scene.clock.now, ray: nil, account: identity.accountID))
        await #expect(throws: Refusal.accountDisabled) { try await scene.answer(.link, proof, in: browser) }
        await #expect(throws: Refusal.accountDisabled) { try await scene.prove(Self.google, in: browser) }
    }

    @Test("A proof is worth nothing in another browser, another session, or after the session (CVE-2026-9087)")
    func proofsAreBound() async throws {
        let scene = try await Scene()
        let browser = try await atTheAccountPage(scene)
        let proof = try await scene.prove(Self.google, in: browser)

        try await scene.broker.enrol(.boris)
        let stranger = scene.browser()
        let payload = try #require(try await scene.enterAccount(in: stranger).loginPayload)
        _ = try await scene.logIn(.boris, payload: payload, in: stranger)
        await #expect(throws: Refusal.otherBrowser) { try await scene.answer(.link, proof, in: stranger) }
        await #expect(throws: Refusal.otherBrowser) {
            try await scene.answer(.link, proof, in: scene.browser())
        }
        let again = try #require(
            try await scene.authorize(try SampleRequest(.parking).with("prompt", "login"), in: browser).loginPayload)
        _ = try await scene.logIn(.boris, payload: again, in: browser)
        await #expect(throws: Refusal.notLoggedIn, "The same browser, but somebody else now.") {
            try await scene.answer(.link, proof, in: browser)
        }
        browser.forgetSession()
        await #expect(throws: Refusal.notLoggedIn) { try await scene.answer(.link, proof, in: browser) }
        #expect(try await scene.trail(of: .identityLinked).isEmpty)
    }

    @Test("A trip to one provider proves nothing of another, and to link is not to log in (CVE-2026-82968)")
    func errandsDoNotMix() async throws {
        let scene = try await Scene()
        let browser = try await atTheAccountPage(scene)
        let state = try await scene.beginLink(Self.google, in: browser)
        await #expect(throws: Refusal.otherBrowser, "The state of one provider, brought to another.") {
            try await scene.returnFrom(Self.campus, state: state, in: browser)
        }
        let session = browser.session
        guard case .goToLinkQuestion = try await scene.returnFrom(Self.google, state: state, in: browser) else {
            Issue.record("The trip does not lead to the question.")
            return
        }
        #expect(browser.session == session)
        #expect(try await scene.trail(of: .loginSucceeded).count == 1)
        await #expect(throws: Refusal.requestExpired, "A proof of ours is no upstream state, and the other way round.")
        {
            _ = try await LinkingFlow(scene.environment).question(state, visit: browser.visit)
        }
    }

    @Test("The link that begins a trip works for its session alone, and only shortly after a login")
    func tokensAreBound() async throws {
        let scene = try await Scene()
        let browser = try await atTheAccountPage(scene)
        let token = try await scene.accountPage(in: browser).token
        let linking = LinkingFlow(scene.environment)
        await #expect(throws: Refusal.notLoggedIn) {
            try await linking.begin(Self.google, token: token, visit: scene.browser().visit)
        }
        await #expect(throws: Refusal.notLoggedIn) {
            try await linking.begin(Self.google, token: Secret("made up"), visit: browser.visit)
        }
        scene.pass(601)
        let late = try await linking.begin(Self.google, token: token, visit: browser.visit)
        #expect(late.step.loginPayload != nil, "The person has to prove themselves anew.")
    }

    @Test("A provider that is switched off meanwhile links nothing (CVE-2026-3009)")
    func disabledProviders() async throws {
        let scene = try await Scene()
        let browser = try await atTheAccountPage(scene)
        let proof = try await scene.prove(Self.google, in: browser)
        let state = try await scene.beginLink(Self.google, in: browser)
        scene.catalogue.set(Self.google, .disabled)
        await #expect(throws: Refusal.unknownProvider) { try await scene.answer(.link, proof, in: browser) }
        await #expect(throws: Refusal.unknownProvider) {
            try await scene.returnFrom(Self.google, state: state, in: browser)
        }
        #expect(try await scene.accountPage(in: browser).connectable.map(\.id) == [Fixtures.pool, Self.campus])
    }

    @Test("A person whom the provider's file does not let in is not linked")
    func admission() async throws {
        let scene = try await Scene()
        let browser = try await atTheAccountPage(scene)
        scene.catalogue.set(Self.google, admission: AdmissionRule(hostedDomains: ["city.example"]))
        await #expect(throws: Refusal.loginNotAllowed) { try await scene.prove(Self.google, in: browser) }
    }

    @Test("A way in is taken away with what came of it; the last one and the password stay")
    func unlinking() async throws {
        let scene = try await Scene()
        let browser = try await atTheAccountPage(scene)
        let proof = try await scene.prove(Self.google, in: browser)
        _ = try await scene.answer(.link, proof, in: browser)
        let overview = try await scene.accountPage(in: browser)
        let linking = LinkingFlow(scene.environment)
        for identity in overview.identities {
            _ = try await linking.unlink(
                provider: identity.provider, subject: identity.subject, token: overview.token, visit: browser.visit)
        }
        #expect(try await scene.accountPage(in: browser).identities.map(\.provider) == [.local])
        #expect(try await scene.trail(of: .identityUnlinked).map(\.provider) == [Self.google])
        await #expect(throws: Refusal.notLoggedIn) {
            try await linking.unlink(
                provider: .local, subject: "x", token: Secret("made up"), visit: browser.visit)
        }
    }
}

extension Scene {
    func enterAccount(in browser: TestBrowser) async throws -> NextStep {
        pass()
        guard case .login(let result) = try await AccountPageFlow(environment).enter(visit: browser.visit) else {
            throw UnexpectedStep(found: "the account page")
        }
        return browser.follow(result)
    }

    func accountPage(in browser: TestBrowser) async throws -> AccountPageFlow.Overview {
        guard case .overview(let overview) = try await AccountPageFlow(environment).enter(visit: browser.visit) else {
            throw UnexpectedStep(found: "the login page")
        }
        return overview
    }

    /// The `state` with which the browser leaves the account page for `provider`.
    func beginLink(_ provider: ProviderID, in browser: TestBrowser) async throws -> String {
        pass()
        let token = try await accountPage(in: browser).token
        let step = browser.follow(
            try await LinkingFlow(environment).begin(provider, token: token, visit: browser.visit))
        guard case .goToProvider(let url) = step else { throw UnexpectedStep(found: "\(step)") }
        return try #require(query(of: url)["state"])
    }

    /// Goes to `provider` and back, up to the question.
    func prove(_ provider: ProviderID, in browser: TestBrowser) async throws -> String {
        let state = try await beginLink(provider, in: browser)
        let step = try await returnFrom(provider, state: state, in: browser)
        guard case .goToLinkQuestion(let proof) = step else { throw UnexpectedStep(found: "\(step)") }
        return proof
    }

    func answer(
        _ decision: LinkingFlow.Decision, _ proof: String, in browser: TestBrowser
    ) async throws -> NextStep {
        browser.follow(
            try await LinkingFlow(environment).decide(decision, proof: proof, visit: browser.visit))
    }
}

extension Array {
    /// The element of an array of one.
    fileprivate var only: Element? { count == 1 ? first : nil }
}
