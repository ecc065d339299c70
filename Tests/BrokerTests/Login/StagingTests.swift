import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("DESIGN §2: staging the tokens of a login that a front end led")
struct StagingTests {
    private static let transport = ClientID(rawValue: "transport")

    private func atTheFrontEnd(
        _ scene: Scene, _ request: SampleRequest? = nil
    ) async throws -> (browser: TestBrowser, payload: String) {
        let browser = scene.browser()
        return (browser, try await scene.beginAtFrontEnd(try request ?? SampleRequest(.transport), in: browser))
    }

    @Test("A page on the same site continues with the payload it has")
    func sameSite() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene)
        let receipt = try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
        #expect(receipt.freshPayload == nil)
        let consent = try #require(try await scene.resume(payload, in: browser).consentPayload)
        #expect(try await scene.allow(consent, in: browser).code != nil)
    }

    @Test(
        "A page on another site, and a back end, get a fresh payload that alone may continue",
        arguments: [
            StagingFlow.Bearer.frontEndPage, .backEnd(ClientID(rawValue: "transport")),
        ])
    func freshPayload(bearer: StagingFlow.Bearer) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene)
        let receipt = try await scene.store(payload, as: bearer, visit: browser.crossSiteVisit)
        let fresh = try #require(receipt.freshPayload)
        #expect(fresh != payload)
        await #expect(throws: Refusal.alreadyUsed) { try await scene.resume(payload, in: browser) }
        await #expect(throws: Refusal.otherBrowser) { try await scene.resume(fresh, in: scene.browser()) }
        let consent = try #require(try await scene.resume(fresh, in: browser).consentPayload)
        #expect(try await scene.allow(consent, in: browser).code != nil)
        await #expect(throws: Refusal.alreadyUsed) { try await scene.resume(fresh, in: browser) }
    }

    @Test("A back end gets a fresh payload even if it passes the browser's cookie on")
    func backEndWithCookie() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene)
        let receipt = try await scene.store(payload, as: .backEnd(Self.transport), visit: browser.visit)
        #expect(receipt.freshPayload != nil)
    }

    @Test("Nothing continues before something was stored")
    func tooEarly() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene)
        await #expect(throws: Refusal.loginNotFinished) { try await scene.resume(payload, in: browser) }
        await #expect(throws: Refusal.loginNotFinished) { try await scene.allow(payload, in: browser) }
    }

    @Test("Tokens are stored once for a payload, whoever brings them (CVE-2025-46815)")
    func once() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene)
        _ = try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
        for (bearer, visit) in [
            (StagingFlow.Bearer.frontEndPage, browser.visit), (.frontEndPage, browser.crossSiteVisit),
            (.backEnd(Self.transport), browser.crossSiteVisit),
        ] {
            #expect(
                await scene.refusal { try await scene.store(payload, as: bearer, visit: visit) } == .invalidRequest)
        }
        #expect(try await scene.trail(of: .loginStaged).count == 1)
    }

    @Test("Of twenty stores at once for one payload one succeeds")
    func simultaneous() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene)
        let winners = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<20 {
                let visit = index.isMultiple(of: 2) ? browser.visit : browser.crossSiteVisit
                group.addTask {
                    await scene.refusal {
                        try await scene.store(payload, as: .frontEndPage, visit: visit)
                    } == nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(winners == 1)
    }

    @Test("What was stored continues once, also when two tabs try")
    func continueOnce() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        var client = try Client.transport
        client.id = ClientID(rawValue: "own")
        client.consent = .firstParty
        try await scene.broker.register(client)
        let (browser, payload) = try await atTheFrontEnd(scene, SampleRequest(client))
        _ = try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
        #expect(try await scene.resume(payload, in: browser).code != nil)
        await #expect(throws: Refusal.alreadyUsed) { try await scene.resume(payload, in: browser) }
    }

    @Test(
        "A login older than the client allows does not answer its request (OIDC Core §3.1.2.1)",
        arguments: [
            ("prompt", "login", -60.0, false), ("prompt", "login", 0, true), ("max_age", "30", -60, false),
            ("max_age", "120", -60, true), ("max_age", "0", -60, false), ("prompt", "consent", -86400, true),
        ])
    func oldLogin(name: String, value: String, age: Double, answers: Bool) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene, SampleRequest(try .transport).with(name, value))
        let login = UpstreamLogin.sample(
            .anna, at: Fixtures.pool, authenticatedAt: scene.clock.now.addingTimeInterval(age))
        scene.catalogue.pool.answer { $0.verification = .success(login) }
        _ = try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
        guard answers else {
            await #expect(throws: AuthorizationRejection.self) { try await scene.resume(payload, in: browser) }
            return
        }
        #expect(try await scene.resume(payload, in: browser).consentPayload != nil)
    }

    @Test("A payload that is altered or has expired is refused", arguments: [true, false])
    func unusablePayload(altered: Bool) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene)
        if !altered { scene.pass(900) }
        let text = altered ? payload + "A" : payload
        #expect(
            await scene.refusal {
                try await scene.store(text, as: .frontEndPage, visit: browser.visit)
            } == .invalidRequest)
    }

    @Test(
        "Tokens that fail a check stage nothing; what a provider signed leaves a trail, a stranger's noise does not",
        arguments: [
            (ConnectorError.untrusted(.signature), OAuthError.Code.invalidToken, String?.none),
            (.untrusted(.malformed), .invalidToken, nil),
            (.untrusted(.unknownKey), .invalidToken, nil),
            (.untrusted(.algorithmNotAllowed), .invalidToken, nil),
            (.untrusted(.issuer), .invalidToken, "untrusted_issuer"),
            (.untrusted(.expired), .invalidToken, "untrusted_expired"),
            (.untrusted(.subjectMismatch), .invalidToken, "untrusted_subject_mismatch"),
            (.unavailable(cause: "timeout"), .temporarilyUnavailable, nil),
            (.misbehaved(cause: "no keys"), .temporarilyUnavailable, nil),
        ])
    func untrusted(error: ConnectorError, code: OAuthError.Code, reason: String?) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        scene.catalogue.pool.answer { $0.verification = .failure(error) }
        let (browser, payload) = try await atTheFrontEnd(scene)
        let refusal = await scene.refusal {
            try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
        }
        #expect(refusal == code)
        #expect(try await scene.trail(of: .loginFailed).last?.reason == reason)
        await #expect(throws: Refusal.loginNotFinished) { try await scene.resume(payload, in: browser) }
        scene.catalogue.pool.answer { $0.verification = .success(.sample(.anna, at: Fixtures.pool)) }
        _ = try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
        #expect(try await scene.resume(payload, in: browser).consentPayload != nil, "A failed try uses nothing up.")
    }

    /// A second provider that the front end leads logins at, asked before the pool.
    private func addRegion(
        to scene: Scene, _ answer: @Sendable (inout StubConnector.Script) -> Void
    ) async throws -> StubConnector {
        let id = ProviderID(rawValue: "a-region")
        let connector = StubConnector(.sample(.anna, at: id), abilities: [.verification])
        connector.answer(answer)
        scene.catalogue.add(
            Provider(
                id: id, name: "Region", kind: .cognito, way: .frontEnd, admission: AdmissionRule(),
                state: .ready(connector)))
        var client = try Client.transport
        client.providers = .only([id, Fixtures.pool])
        try await scene.broker.store.replace(client, event: .sample(.clientChanged))
        return connector
    }

    @Test("No provider sees tokens that it cannot have issued")
    func otherIssuer() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let region = try await addRegion(to: scene) { $0.mayHaveIssued = false }
        let (browser, payload) = try await atTheFrontEnd(scene)
        scene.catalogue.pool.answer { $0.mayHaveIssued = false }
        #expect(
            await scene.refusal {
                try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
            } == .invalidToken)
        #expect(scene.catalogue.pool.record.verified.isEmpty)
        scene.catalogue.pool.answer { $0.mayHaveIssued = true }
        _ = try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
        #expect(try await scene.trail(of: .loginStaged).last?.provider == Fixtures.pool)
        #expect(region.record.verified.isEmpty)
    }

    @Test(
        "Where one of two providers cannot be asked, the other's no is not the last word",
        arguments: [
            (ConnectorError.unavailable(cause: "timeout"), ConnectorError.untrusted(.unknownKey)),
            (.untrusted(.unknownKey), .unavailable(cause: "timeout")),
            (.misbehaved(cause: "no keys"), .untrusted(.audience)),
        ])
    func oneOfTwo(first: ConnectorError, second: ConnectorError) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let region = try await addRegion(to: scene) { $0.verification = .failure(first) }
        scene.catalogue.pool.answer { $0.verification = .failure(second) }
        let (browser, payload) = try await atTheFrontEnd(scene)
        #expect(
            await scene.refusal {
                try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
            } == .temporarilyUnavailable)
        #expect([region, scene.catalogue.pool].map(\.record.verified.count) == [1, 1])
        #expect(try await scene.trail(of: .loginFailed).isEmpty)
    }

    @Test("Tokens of a provider that is out of use, or that the client does not accept, are not even looked at")
    func providerOutOfUse() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene)
        scene.catalogue.set(Fixtures.pool, .disabled)
        #expect(
            await scene.refusal {
                try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
            } == .accessDenied)
        scene.catalogue.set(Fixtures.pool, .ready(scene.catalogue.pool))
        var client = try Client.transport
        client.providers = .only([StubCatalogue.google])
        try await scene.broker.store.replace(client, event: .sample(.clientChanged))
        #expect(
            await scene.refusal {
                try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
            } == .accessDenied)
        #expect(scene.catalogue.pool.record.verified.isEmpty)
    }

    @Test("A request that names another provider takes no tokens of this one")
    func otherProviderNamed() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let browser = scene.browser()
        let request = SampleRequest(try .transport).with("provider", "google")
        let payload = try #require(try await scene.authorize(request, in: browser).loginPayload)
        #expect(
            await scene.refusal {
                try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
            } == .accessDenied)
    }

    @Test(
        "Tokens that could not be passed on are not taken",
        arguments: [String(repeating: "r", count: 24_577), "r\u{0}", "ž"])
    func unbearable(token: String) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene)
        let tokens = StagingFlow.Tokens(accessToken: Secret("a"), idToken: Secret("b"), refreshToken: Secret(token))
        #expect(
            await scene.refusal {
                try await StagingFlow(scene.environment).store(
                    tokens, payload: payload, bearer: .frontEndPage, visit: browser.visit)
            } == .invalidRequest)
        #expect(scene.catalogue.pool.record.verified.isEmpty)
        _ = try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
    }

    @Test("Policy is asked when tokens are stored and again when the browser continues", arguments: [true, false])
    func policy(atStoring: Bool) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene)
        let rule = AdmissionRule(emailDomains: ["elsewhere.example"])
        if atStoring {
            scene.catalogue.set(Fixtures.pool, admission: rule)
            #expect(
                await scene.refusal {
                    try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
                } == .accessDenied)
            #expect(try await scene.trail(of: .loginFailed).last?.reason == "not_admitted")
        } else {
            _ = try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
            scene.catalogue.set(Fixtures.pool, admission: rule)
            await #expect(throws: Refusal.loginNotAllowed) { try await scene.resume(payload, in: browser) }
        }
    }

    @Test("A provider switched off, or an account disabled, between storing and continuing: no code")
    func switchedOffMeanwhile() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let (browser, payload) = try await atTheFrontEnd(scene)
        _ = try await scene.store(payload, as: .frontEndPage, visit: browser.visit)
        scene.catalogue.set(Fixtures.pool, .disabled)
        await #expect(throws: Refusal.unknownProvider) { try await scene.resume(payload, in: browser) }
        scene.catalogue.set(Fixtures.pool, .ready(scene.catalogue.pool))
        let person = try #require(
            try await scene.broker.store.person(
                provider: Fixtures.pool, subject: SamplePerson.anna.subject(at: Fixtures.pool)))
        try await scene.broker.accounts.setStatus(.disabled, of: person.account.id)
        await #expect(throws: Refusal.alreadyUsed) { try await scene.resume(payload, in: browser) }
    }

    @Test("No upstream token stands in the database in clear, before or after the code is redeemed")
    func sealedAtRest() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let browser = scene.browser()
        let code = try await scene.bridgedCode(for: SampleRequest(try .transport), in: browser)
        #expect(!(try scene.databaseHolds("upstream-access-of-")))
        #expect(!(try scene.databaseHolds(code.reveal())))
        let tokens = try await scene.redeem(code, as: try .transport)
        #expect(!(try scene.databaseHolds("upstream-refresh-of-")))
        #expect(!(try scene.databaseHolds(tokens.accessToken.reveal())))
        #expect(!(try scene.databaseHolds(try #require(tokens.refreshToken).reveal())))
        #expect(try scene.databaseHolds("transport.city.example"), "The search itself has to find something.")
    }
}
