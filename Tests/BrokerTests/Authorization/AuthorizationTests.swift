import Broker
import BrokerTesting
import OAuth
import Storage
import Testing

@Suite("RFC 6749 §4.1.1: the authorization endpoint")
struct AuthorizationTests {
    @Test("A request writes nothing, and binds the browser it came from")
    func nothingIsWritten() async throws {
        let scene = try await Scene()
        let browser = scene.browser()
        let before = scene.writes
        let step = try await scene.authorize(SampleRequest(try .parking), in: browser)
        #expect(step.loginPayload != nil)
        #expect(browser.binding != nil)
        #expect(scene.writes == before)
    }

    @Test("A second request in the same browser keeps its binding, so that two tabs work side by side")
    func twoTabs() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        let first = try #require(try await scene.authorize(SampleRequest(try .parking), in: browser).loginPayload)
        let binding = browser.binding
        _ = try await scene.authorize(SampleRequest(try .parking), in: browser)
        #expect(browser.binding == binding)
        #expect(try await scene.logIn(.anna, payload: first, in: browser).code != nil)
    }

    @Test(
        "Where nothing proves the redirect URI, the browser stays here",
        arguments: [
            ("client_id", nil, Refusal.malformedRequest), ("client_id", "nobody", .unknownClient),
            ("client_id", ".hidden", .unknownClient), ("redirect_uri", nil, .malformedRequest),
            ("redirect_uri", "https://parking.city.example/other", .redirectURINotRegistered),
            ("redirect_uri", "https://parking.city.example.evil.example/", .redirectURINotRegistered),
            ("redirect_uri", "http://127.0.0.1:1/other", .redirectURINotRegistered),
        ])
    func staysHere(field: String, value: String?, refusal: Refusal) async throws {
        let scene = try await Scene()
        let request = SampleRequest(try .parking).with(field, value)
        await #expect(throws: refusal) { try await scene.authorize(request, in: scene.browser()) }
    }

    @Test(
        "Everything else goes back to the client, with its state",
        arguments: [
            ("response_type", nil, OAuthError.Code.invalidRequest),
            ("response_type", "token", .unsupportedResponseType),
            ("code_challenge", nil, .invalidRequest), ("code_challenge_method", "plain", .invalidRequest),
            ("code_challenge_method", nil, .invalidRequest), ("scope", "openid admin", .invalidScope),
            ("provider", "unheard-of", .invalidRequest), ("prompt", "none login", .invalidRequest),
        ])
    func goesBack(field: String, value: String?, error: OAuthError.Code) async throws {
        let scene = try await Scene()
        let step = try await scene.authorize(
            SampleRequest(try .parking).with(field, value), in: scene.browser())
        guard case .returnError(let response) = step else { throw UnexpectedStep(found: "\(step)") }
        #expect(response.error.code == error)
        #expect(response.state == "state-of-client")
        #expect(response.redirect.value == "https://parking.city.example/")
    }

    @Test("A native app may come back on any port, to the very URI it named")
    func loopbackPort() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        let request = SampleRequest(try .parking).with("redirect_uri", "http://127.0.0.1:49152/callback")
        let payload = try #require(try await scene.authorize(request, in: browser).loginPayload)
        let step = try await scene.logIn(.anna, payload: payload, in: browser)
        guard case .returnCode(let response) = step else { throw UnexpectedStep(found: "\(step)") }
        let location = response.location(issuer: "https://broker.city.example")
        #expect(location.hasPrefix("http://127.0.0.1:49152/callback?code="))
        #expect(try query(of: location)["iss"] == "https://broker.city.example")
        #expect(try query(of: location)["state"] == "state-of-client")
    }

    @Test("A redirect URI that is no longer registered gets no code")
    func unregisteredMeanwhile() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        let payload = try #require(try await scene.authorize(SampleRequest(try .parking), in: browser).loginPayload)
        var moved = try Client.parking
        moved.redirectURIs = [try RedirectURI(registering: "https://parking.city.example/new")]
        try await scene.broker.store.replace(moved, event: .sample(.clientChanged))
        await #expect(throws: Refusal.redirectURINotRegistered) {
            try await scene.logIn(.anna, payload: payload, in: browser)
        }
    }
}
