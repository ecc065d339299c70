import Broker
import BrokerTesting
import OAuth
import Testing

@Suite("Payloads: sealed for one browser and a short time")
struct PayloadTests {
    private func begin(
        _ scene: Scene, _ request: SampleRequest? = nil
    ) async throws -> (browser: TestBrowser, payload: String) {
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        let step = try await scene.authorize(try request ?? SampleRequest(.parking), in: browser)
        return (browser, try #require(step.loginPayload))
    }

    /// A request whose sealed form is too long for a URL.
    private func longRequest() throws -> SampleRequest {
        SampleRequest(try .parking).with("state", String(repeating: "s", count: 1024))
            .with("nonce", String(repeating: "n", count: 1024))
    }

    @Test("A payload counts until its last second", arguments: [(899.0, true), (900.0, false), (90_000.0, false)])
    func expiry(seconds: Double, counts: Bool) async throws {
        let scene = try await Scene()
        let (browser, payload) = try await begin(scene)
        scene.pass(seconds - 1)
        if counts {
            #expect(try await scene.logIn(.anna, payload: payload, in: browser).code != nil)
        } else {
            await #expect(throws: Refusal.requestExpired) {
                try await scene.logIn(.anna, payload: payload, in: browser)
            }
        }
    }

    @Test("A payload of which any byte was changed is none", arguments: [0, 1, 7, 20, 40, 100, -1, -2, -30])
    func altered(position: Int) async throws {
        let scene = try await Scene()
        let (browser, payload) = try await begin(scene)
        var bytes = Array(payload.utf8)
        let index = position < 0 ? bytes.count + position : position
        bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        let altered = String(decoding: bytes, as: UTF8.self)
        await #expect(throws: Refusal.requestExpired) { try await scene.logIn(.anna, payload: altered, in: browser) }
    }

    @Test(
        "What is no payload is refused as one that has expired",
        arguments: [
            "", "AAAA", "ref.", "ref.AAAA", "..", "%", String(repeating: "A", count: 8192),
        ])
    func garbage(text: String) async throws {
        let scene = try await Scene()
        let (browser, _) = try await begin(scene)
        await #expect(throws: Refusal.requestExpired) {
            try await LoginPageFlow(scene.environment).chooser(text, visit: browser.visit)
        }
    }

    @Test("An envelope made for another purpose is no payload")
    func otherPurpose() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await begin(scene)
        let state = try await scene.beginLogin(at: StubCatalogue.google, payload: payload, in: browser)
        await #expect(throws: Refusal.requestExpired) { try await scene.logIn(.anna, payload: state, in: browser) }
        await #expect(throws: Refusal.requestExpired) {
            try await scene.returnFrom(StubCatalogue.google, state: payload, in: browser)
        }
    }

    @Test("In another browser, or in none, a payload is worth nothing on any path")
    func otherBrowser() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let browser = scene.browser()
        let payload = try await scene.beginAtFrontEnd(SampleRequest(try .transport), in: browser)
        let stranger = scene.browser()
        _ = try await scene.beginAtFrontEnd(SampleRequest(try .transport), in: stranger)
        for other in [stranger, scene.browser()] {
            await #expect(throws: Refusal.otherBrowser) { try await scene.resume(payload, in: other) }
            await #expect(throws: Refusal.otherBrowser) {
                try await LoginPageFlow(scene.environment).chooser(payload, visit: other.visit)
            }
            await #expect(throws: Refusal.otherBrowser) { try await scene.logIn(.anna, payload: payload, in: other) }
            await #expect(throws: Refusal.otherBrowser) {
                try await scene.beginLogin(at: StubCatalogue.google, payload: payload, in: other)
            }
            await #expect(throws: Refusal.otherBrowser) { try await scene.allow(payload, in: other) }
        }
    }

    @Test("A request too long for a URL is kept here, and its reference does all that a payload does")
    func byReference() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await begin(scene, try longRequest())
        #expect(payload.hasPrefix("ref."))
        #expect(payload.utf8.count < 64)
        #expect(try await AuthorizationFlow(scene.environment).info(payload).clientName == "Parking 🅿️")
        await #expect(throws: Refusal.otherBrowser) {
            try await scene.logIn(.anna, payload: payload, in: scene.browser())
        }
        let step = try await scene.logIn(.anna, payload: payload, in: browser)
        guard case .returnCode(let response) = step else { throw UnexpectedStep(found: "\(step)") }
        #expect(response.state == String(repeating: "s", count: 1024))
    }

    @Test("A kept request expires like any other")
    func referenceExpires() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await begin(scene, try longRequest())
        scene.pass(899)
        await #expect(throws: Refusal.requestExpired) { try await scene.logIn(.anna, payload: payload, in: browser) }
    }

    @Test("What goes upstream fits a URL even for a long request")
    func shortUpstreamState() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await begin(scene, try longRequest())
        let state = try await scene.beginLogin(at: StubCatalogue.google, payload: payload, in: browser)
        #expect(state.utf8.count <= 2048)
        #expect(try await scene.returnFrom(StubCatalogue.google, state: state, in: browser).code != nil)
    }

    @Test("A request as most clients send it travels in the URL, up to the provider and back")
    func ordinaryRequest() async throws {
        let scene = try await Scene()
        let (browser, payload) = try await begin(scene)
        #expect(!payload.hasPrefix("ref."))
        #expect(payload.utf8.count <= 2048)
        let before = scene.writes
        let state = try await scene.beginLogin(at: StubCatalogue.google, payload: payload, in: browser)
        #expect(state.utf8.count <= 2048)
        #expect(scene.writes == before)
    }

    @Test("What a front end may show of a request needs no cookie, but a payload that counts")
    func info() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let payload = try await scene.beginAtFrontEnd(SampleRequest(try .transport), in: scene.browser())
        let flow = AuthorizationFlow(scene.environment)
        let info = try await flow.info(payload)
        #expect(info.clientID == ClientID(rawValue: "transport"))
        #expect(info.clientName == "Mestská doprava „Linka“")
        #expect(info.logoURI == "https://transport.city.example/logo.svg")
        #expect(info.scopes == ["openid", "email"])
        #expect(await scene.refusal { try await flow.info("nonsense") } == .invalidRequest)
        try await scene.broker.clients.delete(ClientID(rawValue: "transport"))
        #expect(await scene.refusal { try await flow.info(payload) } == .invalidRequest)
    }
}
