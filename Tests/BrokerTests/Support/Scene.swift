import Broker
import BrokerTesting
import Foundation
import OAuth
import Storage
import StorageSQLite
import Testing

/// A broker on a database in a folder of its own, and the flows played on it, so that a test only spells out the step
/// it is about.
struct Scene {
    let broker: BrokerFixture
    let database: SQLiteStore
    /// One for all requests, as in the running broker: it joins refreshes that come at once.
    let tokenFlow: TokenFlow
    private let folder: TemporaryFolder

    static let frontEnd = "https://login.city.example"

    init(
        frontEnd: String? = nil, lifetimes: Lifetimes = Lifetimes(), limits: Limits = Limits(),
        scopes: ScopeCatalogue = .standard
    ) async throws {
        folder = try TemporaryFolder()
        database = try SQLiteStore(path: folder.file())
        broker = try await BrokerFixture(
            store: database, frontEnd: frontEnd, lifetimes: lifetimes, limits: limits, scopes: scopes)
        tokenFlow = TokenFlow(broker.environment)
    }

    var environment: BrokerEnvironment { broker.environment }
    var clock: StoppedClock { broker.clock }
    var catalogue: StubCatalogue { broker.catalogue }

    func browser(address: String = "203.0.113.7") -> TestBrowser { TestBrowser(broker, address: address) }

    /// How many changes have been committed so far.
    var writes: Int { database.commitCount.changes }

    /// All events so far, or those of `kind`, oldest first.
    func trail(of kind: AuditEvent.Kind? = nil) async throws -> [AuditEvent] {
        try await broker.store.events(matching: AuditFilter(kind: kind, limit: 1000))
    }

    // Each step takes a person or a network a moment; with the clock stopped nothing would ever be later than anything.
    func pass(_ seconds: Double = 1) { clock.advance(by: seconds) }
}

extension Scene {
    func authorize(_ request: SampleRequest, in browser: TestBrowser) async throws -> NextStep {
        pass()
        return browser.follow(
            try await AuthorizationFlow(environment).authorize(try request.parameters, visit: browser.visit))
    }

    func resume(_ payload: String, in browser: TestBrowser) async throws -> NextStep {
        pass()
        return browser.follow(try await AuthorizationFlow(environment).resume(payload, visit: browser.visit))
    }

    func attemptLocalLogin(
        _ userName: String, _ password: Secret, payload: String, in browser: TestBrowser,
        memory: Sessions.Memory = .thisVisit
    ) async throws -> LocalLoginFlow.Outcome {
        try await LocalLoginFlow(environment).logIn(
            LocalLoginFlow.Form(userName: userName, password: password, memory: memory), payload: payload,
            visit: browser.visit)
    }

    /// `person` types name and password.
    func logIn(
        _ person: SamplePerson, payload: String, in browser: TestBrowser, memory: Sessions.Memory = .thisVisit
    ) async throws -> NextStep {
        pass()
        let outcome = try await attemptLocalLogin(
            person.userName, BrokerFixture.password(of: person), payload: payload, in: browser, memory: memory)
        guard case .loggedIn(let result) = outcome else { throw UnexpectedStep(found: "\(outcome)") }
        return browser.follow(result)
    }

    /// `person` agrees to what the consent page asks.
    func allow(_ payload: String, in browser: TestBrowser) async throws -> NextStep {
        pass()
        let consent = ConsentFlow(environment)
        let question = try await consent.question(payload, visit: browser.visit)
        return browser.follow(
            try await consent.decide(.allow, formToken: question.formToken, payload: payload, visit: browser.visit))
    }

    /// Goes from `request` to its code through the local account of `person`, agreeing if asked.
    func code(
        for request: SampleRequest, as person: SamplePerson = .anna, in browser: TestBrowser
    ) async throws -> Secret {
        var step = try await authorize(request, in: browser)
        if let payload = step.loginPayload { step = try await logIn(person, payload: payload, in: browser) }
        if let payload = step.consentPayload { step = try await allow(payload, in: browser) }
        return try #require(step.code, "No code, but \(step)")
    }

    /// Sends the browser to `provider` and back with a code, up to whatever comes next.
    func logIn(at provider: ProviderID, payload: String, in browser: TestBrowser) async throws -> NextStep {
        let state = try await beginLogin(at: provider, payload: payload, in: browser)
        return try await returnFrom(provider, state: state, in: browser)
    }

    /// The `state` with which the browser leaves for `provider`.
    func beginLogin(at provider: ProviderID, payload: String, in browser: TestBrowser) async throws -> String {
        pass()
        let step = browser.follow(
            try await UpstreamLoginFlow(environment).begin(provider, payload: payload, visit: browser.visit))
        guard case .goToProvider(let url) = step else { throw UnexpectedStep(found: "\(step)") }
        return try #require(query(of: url)["state"])
    }

    func returnFrom(_ provider: ProviderID, state: String, in browser: TestBrowser) async throws -> NextStep {
        pass()
        return browser.follow(
            try await UpstreamLoginFlow(environment).complete(
                .code(Secret("upstream-code"), issuer: nil), state: state, at: provider, visit: browser.visit))
    }
}

/// The flow went somewhere else than the test needs it to go.
struct UnexpectedStep: Error {
    let found: String
}

/// The parameters in `url`'s query.
func query(of url: String) throws -> [String: String] {
    let items = URLComponents(string: url)?.queryItems ?? []
    return Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0.value ?? "") })
}

extension NextStep {
    var loginPayload: String? {
        switch self {
        case .goToLogin(let payload), .goToNamedProvider(_, let payload): payload
        case .goToFrontEnd, .goToProvider, .goToConsent, .goToVerification, .goToAccount, .goToLinkQuestion,
            .goToDeviceQuestion, .goToDeviceOutcome, .returnCode,
            .returnError:
            nil
        }
    }

    var consentPayload: String? {
        guard case .goToConsent(let payload) = self else { return nil }
        return payload
    }

    /// The payload on the way to the login front end.
    var frontEndPayload: String? {
        guard case .goToFrontEnd(let url) = self else { return nil }
        return try? query(of: url)["payload"]
    }

    var code: Secret? {
        guard case .returnCode(let response) = self else { return nil }
        return response.code
    }

    var error: OAuthError.Code? {
        guard case .returnError(let response) = self else { return nil }
        return response.error.code
    }
}
