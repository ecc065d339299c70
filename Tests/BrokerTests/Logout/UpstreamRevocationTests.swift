import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("When a grant ends, the upstream tokens that are known end with it")
struct UpstreamRevocationTests {
    private static let google = StubCatalogue.google

    /// Carries out what was ordered so far and says which refresh tokens were revoked.
    private func revoked(_ scene: Scene, at connector: StubConnector) async -> [String?] {
        scene.environment.revocations.finish()
        await scene.environment.revocations.run()
        return connector.record.revoked.map { $0.refreshToken?.reveal() }
    }

    /// A browser that has logged in at `provider`'s own pages for the client that asks for consent.
    private func atConsent(_ scene: Scene) async throws -> (browser: TestBrowser, payload: String) {
        let browser = scene.browser()
        let step = try await scene.authorize(SampleRequest(try .transport), in: browser)
        let payload = try #require(step.loginPayload)
        let next = try await scene.logIn(at: Self.google, payload: payload, in: browser)
        return (browser, try #require(next.consentPayload, "No question, but \(next)"))
    }

    private func deny(_ scene: Scene, _ payload: String, in browser: TestBrowser) async throws -> NextStep {
        let consent = ConsentFlow(scene.environment)
        let question = try await consent.question(payload, visit: browser.visit)
        return try await consent.decide(
            .deny, formToken: question.formToken, payload: payload, visit: browser.visit
        ).step
    }

    @Test("Denied at the question: what the login brought is of no use to anybody")
    func denied() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atConsent(scene)
        #expect(try await deny(scene, payload, in: browser).error == .accessDenied)
        #expect(await revoked(scene, at: scene.catalogue.google) == ["upstream-refresh-of-google-Anna"])
    }

    @Test("A login front end keeps the login it handed over, whatever the person answers")
    func deniedAtTheBridge() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let browser = scene.browser()
        let payload = try await scene.beginAtFrontEnd(SampleRequest(try .transport), in: browser)
        _ = try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
        let question = try #require(try await scene.resume(payload, in: browser).consentPayload)
        #expect(try await deny(scene, question, in: browser).error == .accessDenied)
        #expect(await revoked(scene, at: scene.catalogue.pool) == [])
    }

    @Test("A person whom policy turns away leaves nothing behind at the provider")
    func notAdmitted() async throws {
        let scene = try await Scene()
        scene.catalogue.set(Self.google, admission: AdmissionRule(hostedDomains: ["other.example"]))
        let browser = scene.browser()
        let step = try await scene.authorize(SampleRequest(try .transport), in: browser)
        let payload = try #require(step.loginPayload)
        await #expect(throws: Refusal.loginNotAllowed) {
            try await scene.logIn(at: Self.google, payload: payload, in: browser)
        }
        #expect(await revoked(scene, at: scene.catalogue.google) == ["upstream-refresh-of-google-Anna"])
    }

    @Test("A code that is burnt takes its upstream tokens with it", arguments: ["code_verifier", "redirect_uri"])
    func burntCode(wrong: String) async throws {
        let scene = try await Scene()
        let (browser, payload) = try await atConsent(scene)
        let code = try #require(try await scene.allow(payload, in: browser).code)
        let form = scene.redemption(of: code, as: try .transport).map { name, value in
            (name: name, value: name == wrong ? String(value.reversed()) : value)
        }
        #expect(await scene.refusal { try await scene.tokens(form, as: try .transport) } == .invalidGrant)
        #expect(await revoked(scene, at: scene.catalogue.google) == ["upstream-refresh-of-google-Anna"])
    }

    private func refreshToken(_ scene: Scene) async throws -> Secret {
        let (browser, payload) = try await atConsent(scene)
        let code = try #require(try await scene.allow(payload, in: browser).code)
        return try #require(try await scene.redeem(code, as: try .transport).refreshToken)
    }

    @Test("A token that its client gives back takes the upstream token in it along, once")
    func givenBack() async throws {
        let scene = try await Scene()
        let token = try await refreshToken(scene)
        for _ in 0..<2 { try await scene.revoke(token, as: try .transport) }
        #expect(await revoked(scene, at: scene.catalogue.google) == ["upstream-refresh-of-google-Anna"])
    }

    @Test("What a login front end handed over outlives the token that a client gives back")
    func givenBackAtTheBridge() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let code = try await scene.bridgedCode(for: SampleRequest(try .transport), in: scene.browser())
        let tokens = try await scene.redeem(code, as: try .transport)
        try await scene.revoke(try #require(tokens.refreshToken), as: try .transport)
        try await scene.revoke(tokens.accessToken, as: try .transport)
        #expect(await revoked(scene, at: scene.catalogue.pool) == [])
    }

    @Test("A code redeemed in peace revokes nothing, and neither does its refresh")
    func peace() async throws {
        let scene = try await Scene()
        _ = try await scene.refresh(try await refreshToken(scene), as: try .transport)
        #expect(await revoked(scene, at: scene.catalogue.google) == [])
    }

    @Test("A replayed refresh token gives away its upstream token, once however often it comes")
    func replayed() async throws {
        let scene = try await Scene()
        let first = try await refreshToken(scene)
        scene.catalogue.google.answer {
            $0.refresh = .success(
                UpstreamTokens(accessToken: Secret("second-access"), refreshToken: Secret("second-refresh")))
        }
        let second = try #require(try await scene.refresh(first, as: try .transport).refreshToken)
        scene.pass(31)
        for _ in 0..<3 {
            #expect(await scene.refusal { try await scene.refresh(first, as: try .transport) } == .invalidGrant)
        }
        // The current token belongs to a grant that is over: it is revoked when somebody still comes with it.
        #expect(await scene.refusal { try await scene.refresh(second, as: try .transport) } == .invalidGrant)
        #expect(
            Set(await revoked(scene, at: scene.catalogue.google))
                == ["upstream-refresh-of-google-Anna", "second-refresh"])
        #expect(scene.catalogue.google.record.revoked.count == 2)
    }

    @Test("Another client's refresh token revokes nothing")
    func foreign() async throws {
        let scene = try await Scene()
        let first = try await refreshToken(scene)
        #expect(await scene.refusal { try await scene.refresh(first, as: try .portal) } == .invalidGrant)
        #expect(await revoked(scene, at: scene.catalogue.google) == [])
    }

    @Test("A disabled account's upstream tokens are revoked as it comes with them")
    func accountDisabled() async throws {
        let scene = try await Scene()
        let first = try await refreshToken(scene)
        let person = try #require(
            try await scene.broker.store.person(
                provider: Self.google, subject: SamplePerson.anna.subject(at: Self.google)))
        try await scene.broker.accounts.setStatus(.disabled, of: person.account.id)
        #expect(await scene.refusal { try await scene.refresh(first, as: try .transport) } == .invalidGrant)
        #expect(await revoked(scene, at: scene.catalogue.google) == ["upstream-refresh-of-google-Anna"])
    }

    @Test("The provider file may forbid it")
    func forbidden() async throws {
        let scene = try await Scene()
        scene.catalogue.set(Self.google, endings: UpstreamEndings(revocation: .never))
        let (browser, payload) = try await atConsent(scene)
        _ = try await deny(scene, payload, in: browser)
        #expect(await revoked(scene, at: scene.catalogue.google) == [])
    }

    @Test("A dead provider disturbs nobody", arguments: [ConnectorError.unavailable(cause: "timeout"), .grantEnded])
    func dead(error: ConnectorError) async throws {
        let scene = try await Scene()
        scene.catalogue.google.answer { $0.revocation = .failure(error) }
        let (browser, payload) = try await atConsent(scene)
        #expect(try await deny(scene, payload, in: browser).error == .accessDenied)
        #expect(await revoked(scene, at: scene.catalogue.google).count == 1, "It is asked once.")
    }

    @Test("A full line drops what comes, and does not wait")
    func full() async throws {
        let scene = try await Scene()
        let visit = scene.browser().visit
        for number in 0..<(UpstreamRevocations.capacity + 5) {
            scene.environment.revocations.order(
                UpstreamTokens(accessToken: Secret("access-\(number)")), at: Self.google, for: visit)
        }
        #expect(await revoked(scene, at: scene.catalogue.google).count == UpstreamRevocations.capacity)
    }
}
