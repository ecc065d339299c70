import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("OIDC Core §3.1: a login at a provider's own pages")
struct UpstreamLoginTests {
    private static let google = StubCatalogue.google

    private func atTheChooser(
        _ scene: Scene, _ request: SampleRequest? = nil
    ) async throws -> (browser: TestBrowser, payload: String) {
        let browser = scene.browser()
        let step = try await scene.authorize(try request ?? SampleRequest(.parking), in: browser)
        return (browser, try #require(step.loginPayload))
    }

    @Test("It leads to a code, a session and an account that comes back the next time")
    func roundTrip() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene)
        let step = try await scene.logIn(at: Self.google, payload: payload, in: browser)
        let code = try #require(step.code)
        let first = try claims(of: try await scene.redeem(code, as: try .parking).idToken)
        #expect(first["idp"] == "google")
        #expect(first["email"] == "anna@city.example")
        #expect(first["amr"] == .array(["pwd", "otp"]))
        #expect(first["sid"]?.string?.isEmpty == false)
        #expect(browser.session != nil)

        let (other, otherPayload) = try await atTheChooser(scene)
        let again = try #require(try await scene.logIn(at: Self.google, payload: otherPayload, in: other).code)
        let second = try claims(of: try await scene.redeem(again, as: try .parking).idToken)
        #expect(second["sub"] == first["sub"])
        #expect(second["sid"] != first["sid"])
    }

    @Test("The same e-mail address at two providers makes two accounts (DESIGN §9.5)")
    func noMerging() async throws {
        let scene = try await Scene()
        var subjects: Set<JSONValue> = []
        for provider in [Self.google, StubCatalogue.campus] {
            let (browser, payload) = try await atTheChooser(scene)
            let code = try #require(try await scene.logIn(at: provider, payload: payload, in: browser).code)
            let claims = try claims(of: try await scene.redeem(code, as: try .parking).idToken)
            #expect(claims["email"] == "anna@city.example")
            subjects.insert(try #require(claims["sub"]))
        }
        #expect(subjects.count == 2)
    }

    @Test(
        "The provider is told its own callback, the hint, and whether the person must prove themselves anew",
        arguments: [
            (nil, nil, UpstreamAttempt.Freshness.any), ("login", nil, .proveAgain),
            ("select_account", nil, .proveAgain), ("consent", nil, .any), ("login consent", nil, .proveAgain),
            (nil, "0", .proveAgain), (nil, "3600", .proveAgain),
        ])
    func attempt(prompt: String?, maximumAge: String?, freshness: UpstreamAttempt.Freshness) async throws {
        let scene = try await Scene()
        let request = SampleRequest(try .parking).with("prompt", prompt).with("max_age", maximumAge)
            .with("login_hint", "anna@city.example")
        let (browser, payload) = try await atTheChooser(scene, request)
        _ = try await scene.logIn(at: Self.google, payload: payload, in: browser)
        let record = scene.catalogue.google.record
        let begun = try #require(record.begun.first)
        #expect(begun.callback == "https://broker.city.example/login/google/callback")
        #expect(begun.loginHint == "anna@city.example")
        #expect(begun.freshness == freshness)
        let completed = try #require(record.completed.first)
        #expect(completed.nonce == begun.nonce)
        #expect(completed.verifier == begun.verifier)
        #expect(completed.state == begun.state)
        #expect(completed.callback == begun.callback)
    }

    @Test("Every trip has a nonce, a verifier and a state of its own")
    func freshTrips() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene)
        for _ in 0..<3 { _ = try await scene.beginLogin(at: Self.google, payload: payload, in: browser) }
        let begun = scene.catalogue.google.record.begun
        #expect(Set(begun.map(\.nonce)).count == 3)
        #expect(Set(begun.map(\.verifier)).count == 3)
        #expect(Set(begun.map(\.state)).count == 3)
    }

    @Test("An answer of one provider is worth nothing at another (RFC 9700 §4.4, GHSA-x445-f3h2-j279)")
    func mixUp() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene)
        let state = try await scene.beginLogin(at: Self.google, payload: payload, in: browser)
        await #expect(throws: Refusal.otherBrowser) {
            try await scene.returnFrom(StubCatalogue.campus, state: state, in: browser)
        }
        #expect(scene.catalogue.campus.record.completed.isEmpty, "The code must not reach the other provider.")
        #expect(try await scene.returnFrom(Self.google, state: state, in: browser).code != nil)
    }

    @Test("An answer that arrives in another browser logs nobody in (login CSRF)")
    func otherBrowser() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene)
        let state = try await scene.beginLogin(at: Self.google, payload: payload, in: browser)
        let (victim, _) = try await atTheChooser(scene)
        for other in [victim, scene.browser()] {
            await #expect(throws: Refusal.otherBrowser) {
                try await scene.returnFrom(Self.google, state: state, in: other)
            }
            #expect(other.session == nil)
        }
        #expect(scene.catalogue.google.record.completed.isEmpty)
    }

    @Test("An answer counts once: sent again it is not even shown to the provider")
    func replayed() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene)
        let state = try await scene.beginLogin(at: Self.google, payload: payload, in: browser)
        _ = try await scene.returnFrom(Self.google, state: state, in: browser)
        let session = try #require(browser.session)
        await #expect(throws: Refusal.alreadyUsed) {
            try await scene.returnFrom(Self.google, state: state, in: browser)
        }
        #expect(scene.catalogue.google.record.completed.count == 1)
        #expect(try await scene.broker.store.session(HandleDigest(of: session), at: scene.clock.now) != nil)
        #expect(try await scene.trail(of: .loginSucceeded).count == 1)
    }

    @Test("A second trip for a request that is answered ends nothing, and is not even shown to the provider")
    func secondTrip() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene)
        let first = try await scene.beginLogin(at: Self.google, payload: payload, in: browser)
        let second = try await scene.beginLogin(at: Self.google, payload: payload, in: browser)
        #expect(try await scene.returnFrom(Self.google, state: first, in: browser).code != nil)
        let session = try #require(browser.session)
        await #expect(throws: Refusal.alreadyUsed) {
            try await scene.returnFrom(Self.google, state: second, in: browser)
        }
        #expect(scene.catalogue.google.record.completed.count == 1)
        #expect(try await scene.broker.store.session(HandleDigest(of: session), at: scene.clock.now) != nil)
        #expect(try await scene.trail(of: .loginSucceeded).count == 1)
    }

    @Test("Of ten trips that come back at once one begins a session")
    func simultaneousTrips() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene)
        var states: [String] = []
        for _ in 0..<10 { states.append(try await scene.beginLogin(at: Self.google, payload: payload, in: browser)) }
        let visit = browser.visit
        let winners = await withTaskGroup(of: FlowResult?.self) { group in
            for state in states {
                group.addTask {
                    try? await UpstreamLoginFlow(scene.environment).complete(
                        .code(Secret("upstream-code"), issuer: nil), state: state, at: Self.google, visit: visit)
                }
            }
            return await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
        }
        #expect(winners == 1)
        #expect(try await scene.trail(of: .loginSucceeded).count == 1)
    }

    @Test("A trip that came to nothing is recorded once, however often its answer is sent")
    func replayedFailure() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene)
        let state = try await scene.beginLogin(at: Self.google, payload: payload, in: browser)
        let refusals = [Refusal.providerRefused(name: "Google"), .alreadyUsed, .alreadyUsed]
        for refusal in refusals {
            await #expect(throws: refusal) {
                try await UpstreamLoginFlow(scene.environment).complete(
                    .error("access_denied", issuer: nil), state: state, at: Self.google, visit: browser.visit)
            }
        }
        #expect(try await scene.trail(of: .loginFailed).map(\.reason) == ["provider_refused"])
        #expect(
            try await scene.logIn(at: Self.google, payload: payload, in: browser).code != nil,
            "Who changes their mind begins another trip.")
    }

    @Test("An answer that took too long is refused")
    func expired() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene)
        let state = try await scene.beginLogin(at: Self.google, payload: payload, in: browser)
        scene.pass(900)
        await #expect(throws: Refusal.requestExpired) {
            try await scene.returnFrom(Self.google, state: state, in: browser)
        }
    }

    @Test("A state that was changed is none of ours", arguments: ["", "AAAA", "ref.AAAA"])
    func alteredState(state: String) async throws {
        let scene = try await Scene()
        let (browser, _) = try await atTheChooser(scene)
        await #expect(throws: Refusal.requestExpired) {
            try await scene.returnFrom(Self.google, state: state, in: browser)
        }
    }

    @Test(
        "A provider that is switched off while the person is there completes no login (CVE-2026-3009)",
        arguments: [
            Provider.State.disabled, .misconfigured(reason: "secret"), nil,
        ])
    func disabledMeanwhile(state: Provider.State?) async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene)
        let sealed = try await scene.beginLogin(at: Self.google, payload: payload, in: browser)
        if let state { scene.catalogue.set(Self.google, state) } else { scene.catalogue.remove(Self.google) }
        await #expect(throws: Refusal.unknownProvider) {
            try await scene.returnFrom(Self.google, state: sealed, in: browser)
        }
        #expect(scene.catalogue.google.record.completed.isEmpty)
        #expect(browser.session == nil)
        await #expect(throws: Refusal.unknownProvider) {
            try await scene.beginLogin(at: Self.google, payload: payload, in: browser)
        }
    }

    @Test(
        "A client's restriction and the request's provider hold at the door",
        arguments: [
            ("transport", nil, "campus"), ("parking", "google", "campus"), ("parking", nil, "local"),
            ("parking", nil, "unheard-of"),
        ])
    func restriction(client: String, hint: String?, provider: String) async throws {
        let scene = try await Scene()
        let registered = try #require(try await scene.broker.store.client(ClientID(rawValue: client)))
        let (browser, payload) = try await atTheChooser(
            scene, SampleRequest(registered).with("provider", hint))
        await #expect(throws: Refusal.unknownProvider) {
            try await scene.beginLogin(at: ProviderID(rawValue: provider), payload: payload, in: browser)
        }
    }

    @Test(
        "What a provider does wrong is told as it is, and recorded",
        arguments: [
            (
                ConnectorError.unavailable(cause: "timeout"), Refusal.providerUnavailable(name: "Google"),
                "provider_unavailable"
            ),
            (.refused(code: "access_denied"), .providerRefused(name: "Google"), "provider_refused"),
            (.grantEnded, .providerRefused(name: "Google"), "provider_grant_ended"),
            (.untrusted(.nonce), .providerUntrusted(name: "Google"), "untrusted_nonce"),
            (.untrusted(.signature), .providerUntrusted(name: "Google"), "untrusted_signature"),
            (.misbehaved(cause: "html"), .providerUnavailable(name: "Google"), "provider_misbehaved"),
        ])
    func failures(error: ConnectorError, refusal: Refusal, reason: String) async throws {
        let scene = try await Scene()
        scene.catalogue.google.answer { $0.login = .failure(error) }
        let (browser, payload) = try await atTheChooser(scene)
        await #expect(throws: refusal) { try await scene.logIn(at: Self.google, payload: payload, in: browser) }
        let event = try #require(try await scene.trail(of: .loginFailed).last)
        #expect(event.reason == reason)
        #expect(event.provider == Self.google)
        #expect(event.client == ClientID(rawValue: "parking"))
        #expect(browser.session == nil)
    }

    @Test(
        "Whoever policy does not admit gets no account, no session and no code",
        arguments: [
            AdmissionRule(hostedDomains: ["city.example"]), AdmissionRule(emailDomains: ["elsewhere.example"]),
        ])
    func notAdmitted(rule: AdmissionRule) async throws {
        let scene = try await Scene()
        scene.catalogue.set(Self.google, admission: rule)
        let (browser, payload) = try await atTheChooser(scene)
        await #expect(throws: Refusal.loginNotAllowed) {
            try await scene.logIn(at: Self.google, payload: payload, in: browser)
        }
        #expect(
            try await scene.broker.store.person(
                provider: Self.google, subject: SamplePerson.anna.subject(at: Self.google)) == nil)
        #expect(browser.session == nil)
        #expect(try await scene.trail(of: .loginFailed).last?.reason == "not_admitted")
    }

    @Test(
        "Only a verified address of ASCII and one @ is in a domain (GHSA-7rqj-j65f-68wh, GHSA-c5c4-8r6x-56w3)",
        arguments: [
            ("anna@KINO.example", true, true), ("anna@kino.example", false, false),
            ("anna@\u{212A}ino.example", true, false), ("x@evil.example@kino.example", true, false),
            ("anna\u{FF20}kino.example", true, false), ("anna@kino.example.", true, false),
            ("kino.example", true, false),
            ("@kino.example", true, false), ("anna@sub.kino.example", true, false),
        ])
    func admissionByDomain(email: String, isVerified: Bool, isAdmitted: Bool) async throws {
        let scene = try await Scene()
        scene.catalogue.set(Self.google, admission: AdmissionRule(emailDomains: ["kino.example"]))
        let claims = PersonClaims(["email": .string(email), "email_verified": .bool(isVerified)])
        scene.catalogue.google.answer {
            $0.login = .success(
                UpstreamLogin(
                    subject: "anna-at-google", claims: claims,
                    tokens: UpstreamTokens(accessToken: Secret("upstream-access")), authenticatedAt: nil, methods: []))
        }
        let (browser, payload) = try await atTheChooser(scene)
        if isAdmitted {
            #expect(try await scene.logIn(at: Self.google, payload: payload, in: browser).code != nil)
        } else {
            await #expect(throws: Refusal.loginNotAllowed) {
                try await scene.logIn(at: Self.google, payload: payload, in: browser)
            }
        }
    }

    @Test("A disabled account stays out, however its provider vouches for it")
    func disabledAccount() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene)
        _ = try await scene.logIn(at: Self.google, payload: payload, in: browser)
        let person = try #require(
            try await scene.broker.store.person(
                provider: Self.google, subject: SamplePerson.anna.subject(at: Self.google)))
        try await scene.broker.accounts.setStatus(.disabled, of: person.account.id)
        let (other, otherPayload) = try await atTheChooser(scene)
        await #expect(throws: Refusal.accountDisabled) {
            try await scene.logIn(at: Self.google, payload: otherPayload, in: other)
        }
        #expect(try await scene.trail(of: .loginFailed).last?.reason == "account_disabled")
    }

    @Test("auth_time is the provider's, but never in the future", arguments: [(-500.0, -500), (500.0, 3)])
    func authenticationTime(offset: Double, expected: Int) async throws {
        let scene = try await Scene()
        scene.catalogue.google.answer {
            $0.login = .success(
                .sample(.anna, at: Self.google, authenticatedAt: Fixtures.noon(plus: offset)))
        }
        let (browser, payload) = try await atTheChooser(scene)
        let code = try #require(try await scene.logIn(at: Self.google, payload: payload, in: browser).code)
        let claims = try claims(of: try await scene.redeem(code, as: try .parking).idToken)
        #expect(claims["auth_time"] == .integer(Int64(Fixtures.noon.numericDate + expected)))
    }

    @Test("A staged login that waits for consent ends with the session it began")
    func loggedOutBeforeConsent() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atTheChooser(scene, SampleRequest(try .portal))
        let step = try await scene.logIn(at: Self.google, payload: payload, in: browser)
        let waiting = try #require(step.consentPayload)
        browser.apply(try await Sessions(scene.environment).end(visit: browser.visit).cookies)
        await #expect(throws: Refusal.loginNotFinished) { try await scene.allow(waiting, in: browser) }
    }
}
