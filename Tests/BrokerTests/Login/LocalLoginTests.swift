import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("Local accounts: logging in with a password")
struct LocalLoginTests {
    private func atTheForm(
        _ scene: Scene, _ request: SampleRequest? = nil
    ) async throws -> (browser: TestBrowser, payload: String) {
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        let step = try await scene.authorize(try request ?? SampleRequest(.parking), in: browser)
        return (browser, try #require(step.loginPayload))
    }

    /// Who tries with what, and how it is recorded.
    enum Attempt: String, CaseIterable {
        case unknownUser = "unknown_user"
        case wrongPassword = "wrong_password"
        case accountDisabled = "account_disabled"
    }

    @Test(
        "Unknown user, wrong password and disabled account get one answer; only the trail tells them apart",
        arguments: Attempt.allCases)
    func oneAnswer(attempt: Attempt) async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheForm(scene)
        let right = BrokerFixture.password(of: .anna)
        var typed = (name: "anna", password: right)
        switch attempt {
        case .unknownUser: typed.name = "nobody"
        case .wrongPassword: typed.password = Secret("guess")
        case .accountDisabled:
            let id = try #require(try await scene.broker.accounts.account(userName: "anna")?.account.id)
            try await scene.broker.accounts.setStatus(.disabled, of: id)
        }
        let outcome = try await scene.attemptLocalLogin(typed.name, typed.password, payload: payload, in: browser)
        guard case .wrong = outcome else { throw UnexpectedStep(found: "\(outcome)") }
        let failure = try #require(try await scene.trail(of: .loginFailed).last)
        #expect(failure.reason == attempt.rawValue)
        #expect(failure.address == "203.0.113.7")
        #expect(failure.client == ClientID(rawValue: "parking"))
        #expect(failure.account == nil, "A name that was typed may be somebody's password.")
        #expect(browser.session == nil)
    }

    @Test(
        "Case, width and spaces of the user name do not matter",
        arguments: [
            "Anna", "anna", "ANNA", " anna ", "Ａnna", "ann\u{61}",
        ])
    func spellings(name: String) async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheForm(scene)
        let outcome = try await scene.attemptLocalLogin(
            name, BrokerFixture.password(of: .anna), payload: payload, in: browser)
        guard case .loggedIn(let result) = outcome else { throw UnexpectedStep(found: "\(outcome)") }
        #expect(result.step.code != nil)
    }

    @Test(
        "A text that is no user name is answered like a wrong one",
        arguments: [
            "", " ", "a\u{0}b", String(repeating: "x", count: 5000), "a\u{200B}b",
        ])
    func noUserName(name: String) async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheForm(scene)
        let outcome = try await scene.attemptLocalLogin(
            name, BrokerFixture.password(of: .anna), payload: payload, in: browser)
        guard case .wrong = outcome else { throw UnexpectedStep(found: "\(outcome)") }
    }

    @Test("A hash of other parameters still verifies, and is replaced at the login")
    func upgrade() async throws {
        let scene = try await Scene()
        let old = PasswordHasher(parameters: try Argon2Parameters(memoryKiB: 16, iterations: 2, parallelism: 1)) {
            scene.environment.random.salt()
        }
        let imported = try await old.hash(Secret("imported password"))
        _ = try await scene.broker.accounts.create(
            AccountRegistry.NewAccount(
                userName: "olga", email: nil, emailStanding: .unverified, name: nil, password: .hash(imported)))
        let browser = scene.browser()
        for _ in 0..<2 {
            let again = SampleRequest(try .parking).with("prompt", "login")
            let payload = try #require(try await scene.authorize(again, in: browser).loginPayload)
            let outcome = try await scene.attemptLocalLogin(
                "olga", Secret("imported password"), payload: payload, in: browser)
            guard case .loggedIn = outcome else { throw UnexpectedStep(found: "\(outcome)") }
            let hash = try await scene.broker.accounts.account(userName: "olga")?.credential.passwordHash
            #expect(hash?.phc.contains("m=8,t=1,p=1") == true)
        }
    }

    @Test("Every login begins a session under a new id and ends the one before (session fixation)")
    func freshSession() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheForm(scene)
        _ = try await scene.logIn(.anna, payload: payload, in: browser)
        let first = try #require(browser.session)
        let again = SampleRequest(try .parking).with("prompt", "login")
        let secondPayload = try #require(try await scene.authorize(again, in: browser).loginPayload)
        _ = try await scene.logIn(.anna, payload: secondPayload, in: browser)
        let second = try #require(browser.session)
        #expect(first != second)
        #expect(try await scene.broker.store.session(HandleDigest(of: first), at: scene.clock.now) == nil)
        #expect(try await scene.broker.store.session(HandleDigest(of: second), at: scene.clock.now) != nil)
    }

    @Test("A session id somebody planted names no session after the login")
    func plantedSession() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheForm(scene)
        let planted = Fixtures.handle("planted")
        browser.apply([.beginSession(planted, persistence: .untilBrowserCloses)])
        _ = try await scene.logIn(.anna, payload: payload, in: browser)
        #expect(browser.session != planted)
        #expect(try await scene.broker.store.session(HandleDigest(of: planted), at: scene.clock.now) == nil)
    }

    @Test("Only who asked to be remembered keeps the session beyond the browser")
    func remember() async throws {
        let scene = try await Scene()
        let (browser, _) = try await atTheForm(scene)
        for (memory, expected) in [
            (Sessions.Memory.thisVisit, SessionPersistence.untilBrowserCloses), (.remember, .seconds(30 * 86400)),
        ] {
            let again = SampleRequest(try .parking).with("prompt", "login")
            let payload = try #require(try await scene.authorize(again, in: browser).loginPayload)
            let outcome = try await scene.attemptLocalLogin(
                "anna", BrokerFixture.password(of: .anna), payload: payload, in: browser, memory: memory)
            guard case .loggedIn(let result) = outcome else { throw UnexpectedStep(found: "\(outcome)") }
            let persistence = result.cookies.compactMap { change in
                guard case .beginSession(_, let persistence) = change else { return SessionPersistence?.none }
                return persistence
            }
            #expect(persistence == [expected])
        }
    }

    @Test("A payload that has led to one login leads to no other")
    func onePayloadOneLogin() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheForm(scene)
        _ = try await scene.logIn(.anna, payload: payload, in: browser)
        await #expect(throws: Refusal.alreadyUsed) { try await scene.logIn(.anna, payload: payload, in: browser) }
    }

    @Test("A request that names another provider cannot be answered with a local account")
    func otherProviderNamed() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheForm(scene, SampleRequest(try .parking).with("provider", "google"))
        await #expect(throws: Refusal.unknownProvider) { try await scene.logIn(.anna, payload: payload, in: browser) }
    }

    @Test("A client that does not accept local accounts gets none")
    func providerNotAccepted() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheForm(scene, SampleRequest(try .transport))
        await #expect(throws: Refusal.unknownProvider) { try await scene.logIn(.anna, payload: payload, in: browser) }
    }

    @Test("With local accounts switched off nobody logs in with one", arguments: [true, false])
    func switchedOff(removed: Bool) async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheForm(scene)
        if removed { scene.catalogue.remove(.local) } else { scene.catalogue.set(.local, .disabled) }
        await #expect(throws: Refusal.unknownProvider) { try await scene.logIn(.anna, payload: payload, in: browser) }
    }

    @Test("A person whom policy turns away leaves no session behind, and keeps the one the browser had")
    func notAdmitted() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheForm(scene)
        _ = try await scene.logIn(.anna, payload: payload, in: browser)
        let session = try #require(browser.session)
        let again = SampleRequest(try .parking).with("prompt", "login")
        let second = try #require(try await scene.authorize(again, in: browser).loginPayload)
        scene.catalogue.set(.local, admission: AdmissionRule(emailDomains: ["elsewhere.example"]))
        await #expect(throws: Refusal.loginNotAllowed) { try await scene.logIn(.anna, payload: second, in: browser) }
        #expect(try await scene.broker.store.session(HandleDigest(of: session), at: scene.clock.now) != nil)
        #expect(try await scene.trail(of: .loginSucceeded).count == 1)
        #expect(try await scene.trail(of: .loginFailed).last?.reason == "not_admitted")
    }

    @Test(
        "The chooser offers what the client accepts and the request allows",
        arguments: [
            ("parking", nil, ["google", "campus"], true), ("parking", "google", ["google"], false),
            ("parking", "local", [], true), ("transport", nil, ["google"], false),
        ])
    func chooser(client: String, hint: String?, providers: [String], local: Bool) async throws {
        let scene = try await Scene()
        scene.catalogue.set(Fixtures.pool, .disabled)
        let registered = try #require(try await scene.broker.store.client(ClientID(rawValue: client)))
        let browser = scene.browser()
        let request = SampleRequest(registered).with("provider", hint)
        let payload = try #require(try await scene.authorize(request, in: browser).loginPayload)
        let chooser = try await LoginPageFlow(scene.environment).chooser(payload, visit: browser.visit)
        #expect(chooser.providers.map(\.id.rawValue) == providers)
        #expect(chooser.localForm == (local ? .offered : .absent))
    }
}
