import Broker
import BrokerTesting
import OAuth
import Testing

extension ScopeCatalogue {
    /// `identity:verified` waits for a verified person, `level:high` can be gone without.
    static let verifying = ScopeCatalogue.standard.adding([
        ScopeEntry(
            name: "identity:verified", claims: ["identity_verified"],
            demand: ClaimDemand(
                claim: "identity_verified", accepted: [true],
                verification: VerificationAddress("https://city.example/verify"))),
        ScopeEntry(
            name: "level:high", claims: ["identity_level"],
            demand: ClaimDemand(claim: "identity_level", accepted: ["high"], weight: .optional)),
    ])
}

extension Client {
    /// The portal, but of the operator's own, and with the scopes of ``ScopeCatalogue/verifying``.
    static var townHall: Client {
        get throws {
            var client = try Client.portal
            client.id = ClientID(rawValue: "town-hall")
            client.allowedScope = Scope(
                Client.standardScope.tokens + ["identity:verified", "level:high", "tickets.buy"])
            client.consent = .firstParty
            return client
        }
    }
}

extension Scene {
    /// A broker with ``ScopeCatalogue/verifying``, at which ``Client/townHall`` is registered and Anna has an account.
    static func verifying(frontEnd: String? = nil, consent: Client.ConsentRule = .firstParty) async throws -> Scene {
        let scene = try await Scene(frontEnd: frontEnd, scopes: .verifying)
        var client = try Client.townHall
        client.consent = consent
        try await scene.broker.register(client)
        try await scene.broker.enrol(.anna)
        return scene
    }

    static func request(_ scope: String = "openid identity:verified") throws -> SampleRequest {
        SampleRequest(try .townHall, scope: scope)
    }

    /// Anna as far as the verification page, with her local account.
    func atVerification(
        _ scope: String = "openid identity:verified", in browser: TestBrowser
    ) async throws -> String {
        let login = try #require(try await authorize(try Self.request(scope), in: browser).loginPayload)
        return try verificationPayload(try await logIn(.anna, payload: login, in: browser))
    }

    func verificationPayload(_ step: NextStep) throws -> String {
        guard case .goToVerification(let payload) = step else { throw UnexpectedStep(found: "\(step)") }
        return payload
    }

    func notice(_ payload: String, in browser: TestBrowser) async throws -> VerificationFlow.Notice {
        try await VerificationFlow(environment).notice(payload, visit: browser.visit)
    }

    /// The person says that it is done.
    func sayDone(_ payload: String, in browser: TestBrowser) async throws -> NextStep {
        pass()
        return browser.follow(try await VerificationFlow(environment).resume(payload, visit: browser.visit))
    }

    func decide(
        _ decision: VerificationFlow.Decision, _ payload: String, in browser: TestBrowser
    ) async throws -> NextStep {
        let token = try await notice(payload, in: browser).formToken
        return browser.follow(
            try await VerificationFlow(environment).decide(
                decision, formToken: token, payload: payload, visit: browser.visit))
    }

    /// The operator says something of Anna, or takes it back with null.
    func say(_ claims: [String: JSONValue]) async throws {
        let anna = try #require(try await broker.accounts.account(userName: SamplePerson.anna.userName))
        try await broker.accounts.setClaims(claims, of: anna)
    }
}
