import Broker
import BrokerTesting
import OAuth
import Testing

extension Client {
    /// A television of the operator's own that nobody can type on: no consent, signed tokens it may refresh.
    static var television: Client {
        Client(
            id: ClientID(rawValue: "television"), name: "City Television", redirectURIs: [],
            authentication: .publicClient, grantTypes: [.deviceCode, .refreshToken],
            allowedScope: Scope(["openid", "profile", "email", "offline_access"]), tokenProfile: .jwt,
            consent: .firstParty)
    }
}

extension Scene {
    /// A broker at which `client` is registered and Anna has an account.
    static func withDevice(
        _ client: Client = .television, frontEnd: String? = nil, lifetimes: Lifetimes = Lifetimes(),
        limits: Limits = Limits(), scopes: ScopeCatalogue = .standard
    ) async throws -> Scene {
        let scene = try await Scene(frontEnd: frontEnd, lifetimes: lifetimes, limits: limits, scopes: scopes)
        try await scene.broker.register(client)
        try await scene.broker.enrol(.anna)
        return scene
    }

    /// The device asks to be let in.
    func startDevice(
        _ client: Client = .television, scope: String? = "openid email", address: String = "198.51.100.20"
    ) async throws -> DeviceAuthorizationResponse {
        var fields = [(name: "client_id", value: client.id.rawValue)]
        if !client.isPublic { fields.append(("client_secret", BrokerFixture.secret(of: client.id).reveal())) }
        if let scope { fields.append(("scope", scope)) }
        return try await DeviceAuthorizationFlow(environment).begin(
            try FormParameters(decoding: FormEncoding.encode(fields).utf8), authorization: nil,
            visit: browser(address: address).visit)
    }

    /// The device asks whether it has been let in.
    func poll(_ device: DeviceAuthorizationResponse, as client: Client = .television) async throws -> TokenResponse {
        try await tokens(
            [("grant_type", Client.GrantType.deviceCode.rawValue), ("device_code", device.deviceCode.reveal())],
            as: client)
    }

    /// Somebody types `code`.
    func type(_ code: String, in browser: TestBrowser) async throws -> DevicePageFlow.Outcome {
        let flow = DevicePageFlow(environment)
        let form = try flow.form(visit: browser.visit)
        browser.apply(form.cookies)
        return try await flow.enter(code, token: form.token, visit: browser.visit)
    }

    /// Somebody types the right code; what follows.
    func enter(_ device: DeviceAuthorizationResponse, in browser: TestBrowser) async throws -> NextStep {
        pass()
        guard case .next(let result) = try await type(device.userCode.display, in: browser) else {
            throw UnexpectedStep(found: "the form again")
        }
        return browser.follow(result)
    }

    /// From the code to the question, with the local account of `person` if nobody is logged in.
    func atQuestion(
        _ device: DeviceAuthorizationResponse, as person: SamplePerson = .anna, in browser: TestBrowser
    ) async throws -> String {
        var step = try await enter(device, in: browser)
        if let payload = step.loginPayload { step = try await logIn(person, payload: payload, in: browser) }
        return try #require(step.devicePayload, "No question, but \(step)")
    }

    func question(_ payload: String, in browser: TestBrowser) async throws -> DeviceQuestionFlow.Question {
        try await DeviceQuestionFlow(environment).question(payload, visit: browser.visit)
    }

    func decide(
        _ decision: DeviceQuestionFlow.Decision, _ payload: String, in browser: TestBrowser
    ) async throws -> NextStep {
        pass()
        let token = try await question(payload, in: browser).formToken
        return browser.follow(
            try await DeviceQuestionFlow(environment).decide(
                decision, formToken: token, payload: payload, visit: browser.visit))
    }

    /// The whole way of a person who lets the device in.
    func letIn(_ device: DeviceAuthorizationResponse, in browser: TestBrowser) async throws {
        let step = try await decide(.allow, try await atQuestion(device, in: browser), in: browser)
        #expect(step.deviceOutcome == .allowed)
    }
}

extension NextStep {
    var devicePayload: String? {
        guard case .goToDeviceQuestion(let payload) = self else { return nil }
        return payload
    }

    var deviceOutcome: DeviceOutcome? {
        guard case .goToDeviceOutcome(let outcome) = self else { return nil }
        return outcome
    }
}
