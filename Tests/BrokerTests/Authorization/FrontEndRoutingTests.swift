import Broker
import BrokerTesting
import Connectors
import OAuth
import Testing

@Suite("DESIGN §2: which of the two ways in a request takes")
struct FrontEndRoutingTests {
    enum Way: Equatable {
        case frontEnd
        case broker
        case error(OAuthError.Code)

        init?(_ step: NextStep) {
            switch step {
            case .goToFrontEnd: self = .frontEnd
            case .goToLogin, .goToNamedProvider: self = .broker
            case .returnError(let response): self = .error(response.error.code)
            case .goToProvider, .goToConsent, .goToVerification, .goToAccount, .goToLinkQuestion,
                .goToDeviceQuestion, .goToDeviceOutcome, .returnCode:
                return nil
            }
        }
    }

    @Test(
        "The front end leads unless the request or the client wants another provider",
        arguments: [
            (nil, Client.ProviderRule.any, Way.frontEnd),
            ("city-pool", .any, .frontEnd),
            ("google", .any, .broker),
            ("local", .any, .broker),
            (nil, .only([StubCatalogue.google]), .broker),
            (nil, .only([StubCatalogue.google, Fixtures.pool]), .frontEnd),
            ("city-pool", .only([StubCatalogue.google]), .error(.invalidRequest)),
        ])
    func way(hint: String?, rule: Client.ProviderRule, way: Way) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        var client = try Client.parking
        client.id = ClientID(rawValue: "chooser")
        client.providers = rule
        try await scene.broker.register(client)
        let step = try await scene.authorize(SampleRequest(client).with("provider", hint), in: scene.browser())
        #expect(Way(step) == way)
    }

    @Test(
        "A front end whose only provider is out of use leads nowhere, so it is not asked",
        arguments: [
            Provider.State.disabled, .misconfigured(reason: "client_secret"),
        ])
    func providerOutOfUse(state: Provider.State) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        scene.catalogue.set(Fixtures.pool, state)
        #expect(Way(try await scene.authorize(SampleRequest(try .parking), in: scene.browser())) == .broker)
    }

    @Test("Without a front end the broker leads every login")
    func noFrontEnd() async throws {
        let scene = try await Scene()
        let request = SampleRequest(try .parking).with("provider", "city-pool")
        #expect(Way(try await scene.authorize(request, in: scene.browser())) == .broker)
    }

    @Test("The front end is told the client, the payload, where it will end, and the state")
    func parameters() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd + "/")
        let browser = scene.browser()
        let step = try await scene.authorize(SampleRequest(try .transport), in: browser)
        guard case .goToFrontEnd(let url) = step else { throw UnexpectedStep(found: "\(step)") }
        #expect(url.hasPrefix("https://login.city.example/login?"))
        let parameters = try query(of: url)
        #expect(Set(parameters.keys) == ["client_id", "payload", "redirect_uri", "state"])
        #expect(parameters["client_id"] == "transport")
        #expect(parameters["redirect_uri"] == "https://transport.city.example/callback")
        #expect(parameters["state"] == "state-of-client")
    }

    @Test("prompt=none never shows the front end")
    func silent() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let step = try await scene.authorize(
            SampleRequest(try .transport).with("prompt", "none"), in: scene.browser())
        #expect(Way(step) == .error(.loginRequired))
    }
}
