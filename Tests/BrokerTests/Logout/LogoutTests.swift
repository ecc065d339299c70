import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("OIDC RP-Initiated Logout: ending a session, here and at the provider")
struct LogoutTests {
    private static let google = StubCatalogue.google
    private static let bye = "https://transport.city.example/bye"

    private func wish(
        hint: Secret? = nil, client: String? = "transport", uri: String? = bye, state: String? = "a b",
        token: Secret? = nil
    ) -> LogoutFlow.Request {
        LogoutFlow.Request(
            idTokenHint: hint, clientID: client.map(ClientID.init(rawValue:)), postLogoutRedirectURI: uri, state: state,
            formToken: token)
    }

    /// A browser logged in at Google for the transport client, and the ID token that client holds.
    private func loggedIn(_ scene: Scene) async throws -> (browser: TestBrowser, idToken: Secret) {
        let browser = scene.browser()
        let step = try await scene.authorize(SampleRequest(try .transport), in: browser)
        let payload = try #require(step.loginPayload)
        var next = try await scene.logIn(at: Self.google, payload: payload, in: browser)
        if let question = next.consentPayload { next = try await scene.allow(question, in: browser) }
        let code = try #require(next.code)
        return (browser, try #require(try await scene.redeem(code, as: try .transport).idToken))
    }

    private func scene(_ logout: UpstreamEndings.Logout = .local) async throws -> Scene {
        let scene = try await Scene()
        scene.catalogue.set(Self.google, endings: UpstreamEndings(logout: logout))
        return scene
    }

    private func logOut(
        _ wish: LogoutFlow.Request, _ scene: Scene, in browser: TestBrowser
    ) async throws -> LogoutFlow.Outcome {
        let outcome = try await LogoutFlow(scene.environment).logOut(wish, visit: browser.visit)
        if case .go(_, let cookies) = outcome { browser.apply(cookies) }
        return outcome
    }

    private func isSignedIn(_ browser: TestBrowser, _ scene: Scene) async throws -> Bool {
        guard let cookie = browser.session else { return false }
        return try await scene.broker.store.session(HandleDigest(of: cookie), at: scene.clock.now) != nil
    }

    @Test("An ID token of this session is evidence enough, even one that has expired")
    func hinted() async throws {
        let scene = try await scene()
        let (browser, idToken) = try await loggedIn(scene)
        scene.pass(1900)
        _ = try await scene.broker.store.session(HandleDigest(of: try #require(browser.session)), at: scene.clock.now)
        scene.pass(1900)
        let outcome = try await logOut(wish(hint: idToken), scene, in: browser)
        #expect(outcome.client == Self.bye + "?state=a%20b")
        #expect(browser.session == nil)
    }

    @Test("Without evidence the person is asked, and nothing ends until they agree")
    func asked() async throws {
        let scene = try await scene()
        let (browser, _) = try await loggedIn(scene)
        let question = try #require(try await logOut(wish(), scene, in: browser).question)
        #expect(question.client?.id.rawValue == "transport")
        #expect(question.person?.email == "anna@city.example")
        #expect(try await isSignedIn(browser, scene))
        let outcome = try await logOut(wish(token: question.formToken), scene, in: browser)
        #expect(outcome.client == Self.bye + "?state=a%20b")
        #expect(try await !isSignedIn(browser, scene))
    }

    @Test("Nobody can agree for somebody else")
    func otherBrowser() async throws {
        let scene = try await scene()
        let (browser, _) = try await loggedIn(scene)
        let (attacker, _) = try await loggedIn(scene)
        let theirs = try #require(try await logOut(wish(), scene, in: attacker).question).formToken
        for token in [theirs, Secret("forged"), Secret("")] {
            #expect(try await logOut(wish(token: token), scene, in: browser).question != nil)
        }
        #expect(try await isSignedIn(browser, scene))
    }

    @Test("A hint that is not of this person's, or was made for another client, is no evidence")
    func foreignHints() async throws {
        let scene = try await scene()
        try await scene.broker.enrol(.boris)
        let (browser, idToken) = try await loggedIn(scene)
        let other = scene.browser()
        let step = try await scene.authorize(SampleRequest(try .parking), in: other)
        let payload = try #require(step.loginPayload)
        let code = try #require(try await scene.logIn(.boris, payload: payload, in: other).code)
        let theirs = try await scene.redeem(code, as: try .parking)
        let altered = Secret(String(idToken.reveal().dropLast(4)) + "AAAA")
        for hint in [try #require(theirs.idToken), theirs.accessToken, altered, Secret("a.b.c"), Secret("")] {
            #expect(try await logOut(wish(hint: hint, client: nil), scene, in: browser).question != nil)
        }
        #expect(try await logOut(wish(hint: idToken, client: "parking"), scene, in: browser).question != nil)
        #expect(try await isSignedIn(browser, scene))
    }

    @Test("The client is known by its hint alone")
    func clientByHint() async throws {
        let scene = try await scene()
        let (browser, idToken) = try await loggedIn(scene)
        #expect(try await logOut(wish(hint: idToken, client: nil), scene, in: browser).client != nil)
    }

    @Test("Who is not signed in is asked nothing")
    func nobody() async throws {
        let scene = try await scene()
        #expect(try await logOut(wish(), scene, in: scene.browser()).client == Self.bye + "?state=a%20b")
        #expect(try await logOut(wish(uri: "https://evil.example/"), scene, in: scene.browser()).isPage)
    }

    @Test("Where the file says so the browser goes over the provider's logout, and then to the client")
    func upstream() async throws {
        let scene = try await scene(.upstream)
        let (browser, idToken) = try await loggedIn(scene)
        let outcome = try await logOut(wish(hint: idToken), scene, in: browser)
        #expect(outcome.provider == "https://upstream.example/logout")
        #expect(try await !isSignedIn(browser, scene))
        let departure = try #require(scene.catalogue.google.record.departed.first)
        #expect(departure.idToken == Secret("upstream-id-of-google-Anna"))
        #expect(departure.returnAddress == "https://broker.city.example/oauth2/logout/return")
        #expect(try !scene.databaseHolds("upstream-id-of-google-Anna"))

        let flow = LogoutFlow(scene.environment)
        for state in [departure.state, nil] {
            guard case .client(Self.bye + "?state=a%20b") = flow.comeBack(browser.departure, state: state).destination
            else {
                Issue.record("not taken on with \(String(describing: state))")
                continue
            }
        }
        browser.apply(flow.comeBack(browser.departure, state: departure.state).cookies)
        #expect(browser.departure == nil)
    }

    @Test("Who comes back late, with another state, in another browser or with nothing is only told")
    func lostOnTheWay() async throws {
        let scene = try await scene(.upstream)
        let (browser, idToken) = try await loggedIn(scene)
        _ = try await logOut(wish(hint: idToken), scene, in: browser)
        let state = try #require(scene.catalogue.google.record.departed.first).state
        let flow = LogoutFlow(scene.environment)
        #expect(flow.comeBack(nil, state: state).destination.isPage)
        #expect(flow.comeBack(Secret("forged"), state: state).destination.isPage)
        #expect(flow.comeBack(browser.departure, state: "other").destination.isPage)
        scene.pass(Double(UpstreamDepartures.lifetime))
        #expect(flow.comeBack(browser.departure, state: state).destination.isPage)
    }

    @Test(
        "A provider in trouble, without a logout or switched off keeps nobody from logging out",
        arguments: [
            Result<String?, ConnectorError>.failure(.unavailable(cause: "timeout")),
            .failure(.misbehaved(cause: "html")), .success(nil),
        ])
    func trouble(answer: Result<String?, ConnectorError>) async throws {
        let scene = try await scene(.upstream)
        let (browser, idToken) = try await loggedIn(scene)
        scene.catalogue.google.answer { $0.logout = answer }
        #expect(try await logOut(wish(hint: idToken), scene, in: browser).client == Self.bye + "?state=a%20b")
        #expect(browser.session == nil)
    }

    @Test("The provider's ID token is kept only where its logout is wanted")
    func kept() async throws {
        for logout in UpstreamEndings.Logout.allCases {
            let scene = try await scene(logout)
            let (browser, _) = try await loggedIn(scene)
            let cookie = HandleDigest(of: try #require(browser.session))
            let session = try #require(try await scene.broker.store.session(cookie, at: scene.clock.now))
            #expect((session.sealedIDToken != nil) == (logout == .upstream))
        }
    }

    @Test("A local account has no provider to go over")
    func local() async throws {
        let scene = try await scene(.upstream)
        try await scene.broker.enrol(.boris)
        let browser = scene.browser()
        let step = try await scene.authorize(SampleRequest(try .parking), in: browser)
        let payload = try #require(step.loginPayload)
        let code = try #require(try await scene.logIn(.boris, payload: payload, in: browser).code)
        let idToken = try await scene.redeem(code, as: try .parking).idToken
        #expect(try await logOut(wish(hint: idToken, client: nil), scene, in: browser).isPage)
    }
}

extension LogoutFlow.Outcome {
    fileprivate var question: LogoutFlow.Question? {
        guard case .ask(let question) = self else { return nil }
        return question
    }

    fileprivate var client: String? {
        guard case .go(.client(let uri), _) = self else { return nil }
        return uri
    }

    fileprivate var provider: String? {
        guard case .go(.provider(let address), _) = self else { return nil }
        return address
    }

    fileprivate var isPage: Bool {
        guard case .go(let destination, _) = self else { return false }
        return destination.isPage
    }
}

extension LogoutFlow.Destination {
    fileprivate var isPage: Bool {
        guard case .page = self else { return false }
        return true
    }
}
