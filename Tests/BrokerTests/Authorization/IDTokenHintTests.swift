import Broker
import BrokerTesting
import OAuth
import Storage
import Testing

@Suite("OIDC Core §3.1.2.1: id_token_hint")
struct IDTokenHintTests {
    /// Anna's browser, logged in, and an ID token that the client holds of her.
    private func annas(_ scene: Scene) async throws -> (browser: TestBrowser, idToken: Secret) {
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        let code = try await scene.code(for: SampleRequest(try .portal), in: browser)
        return (browser, try #require(try await scene.redeem(code, as: try .portal).idToken))
    }

    private func request(_ hint: Secret, prompt: String? = nil) throws -> SampleRequest {
        SampleRequest(try .portal).with("id_token_hint", hint.reveal()).with("prompt", prompt)
    }

    private func error(_ step: NextStep) -> OAuthError.Code? {
        guard case .returnError(let response) = step else { return nil }
        return response.error.code
    }

    @Test("The person it names is let through, however old it is", arguments: [nil, "none"] as [String?])
    func same(prompt: String?) async throws {
        let scene = try await Scene()
        let (browser, idToken) = try await annas(scene)
        scene.pass(1700)
        #expect(try await scene.authorize(try request(idToken, prompt: prompt), in: browser).code != nil)
    }

    @Test("Another person's session does not answer it")
    func anotherSession() async throws {
        let scene = try await Scene()
        let (_, idToken) = try await annas(scene)
        try await scene.broker.enrol(.boris)
        let browser = scene.browser()
        _ = try await scene.code(for: SampleRequest(try .portal), as: .boris, in: browser)
        #expect(
            error(try await scene.authorize(try request(idToken, prompt: "none"), in: browser)) == .loginRequired)
        let step = try await scene.authorize(try request(idToken), in: browser)
        let payload = try #require(step.loginPayload)
        await #expect(throws: AuthorizationRejection.self) {
            try await scene.logIn(.boris, payload: payload, in: browser)
        }
        let again = try await scene.authorize(try request(idToken), in: browser)
        #expect(try await scene.logIn(.anna, payload: try #require(again.loginPayload), in: browser).code != nil)
    }

    @Test("What is no ID token of this client's is refused")
    func foreign() async throws {
        let scene = try await Scene()
        let (browser, idToken) = try await annas(scene)
        let tokens = try await scene.redeem(
            try await scene.code(for: SampleRequest(try .portal), in: browser), as: try .portal)
        let others = SampleRequest(try .transport).with("id_token_hint", idToken.reveal())
        #expect(error(try await scene.authorize(others, in: browser)) == .invalidRequest)
        let flipped = Secret(String(idToken.reveal().dropLast(4)) + "AAAA")
        for hint in [tokens.accessToken, flipped, Secret("e30.e30."), Secret(String(repeating: "a", count: 8193))] {
            #expect(error(try await scene.authorize(try request(hint), in: browser)) == .invalidRequest)
        }
    }
}
