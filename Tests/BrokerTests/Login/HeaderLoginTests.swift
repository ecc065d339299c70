import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("A login that a trusted proxy has made")
struct HeaderLoginTests {
    private static let gateway = ProviderID(rawValue: "gateway")

    /// A proxy that vouches for Anna.
    private struct Gateway: Connector, HeaderLogin {
        var redirectLogin: (any RedirectLogin)? { nil }
        var tokenVerification: (any TokenVerification)? { nil }
        var tokenRefresh: (any TokenRefresh)? { nil }
        var headerLogin: (any HeaderLogin)? { self }

        func person(in header: ProxyHeader) throws(ConnectorError) -> VouchedPerson {
            VouchedPerson(subject: "anna", claims: SamplePerson.anna.claims)
        }
    }

    private func atTheChooser(
        _ client: Client
    ) async throws -> (scene: Scene, browser: TestBrowser, payload: String) {
        let scene = try await Scene()
        scene.catalogue.add(
            Provider(
                id: Self.gateway, name: "Gateway", kind: .header, way: .broker, admission: AdmissionRule(),
                state: .ready(Gateway())))
        let browser = scene.browser()
        let payload = try await scene.authorize(SampleRequest(client), in: browser).loginPayload
        return (scene, browser, try #require(payload))
    }

    private func logIn(_ scene: Scene, _ payload: String, in browser: TestBrowser) async throws -> NextStep {
        scene.pass()
        return browser.follow(
            try await HeaderLoginFlow(scene.environment).logIn(
                at: Self.gateway, with: .vouchedFor([]), payload: payload, visit: browser.visit))
    }

    @Test("It leads to a code and a session")
    func roundTrip() async throws {
        let (scene, browser, payload) = try await atTheChooser(try .parking)
        let code = try #require(try await logIn(scene, payload, in: browser).code)
        let claims = try claims(of: try await scene.redeem(code, as: try .parking).idToken)
        #expect(claims["idp"] == "gateway")
        #expect(claims["sid"]?.string?.isEmpty == false)
        #expect(browser.session != nil)
    }

    @Test("A second login for a request that is answered ends nothing")
    func answered() async throws {
        let (scene, browser, payload) = try await atTheChooser(try .parking)
        #expect(try await logIn(scene, payload, in: browser).code != nil)
        let session = try #require(browser.session)
        await #expect(throws: Refusal.alreadyUsed) { try await logIn(scene, payload, in: browser) }
        #expect(try await scene.broker.store.session(HandleDigest(of: session), at: scene.clock.now) != nil)
        #expect(try await scene.trail(of: .loginSucceeded).count == 1)
    }

    @Test("A login that waits for consent ends with the session it began")
    func loggedOutBeforeConsent() async throws {
        let (scene, browser, payload) = try await atTheChooser(try .portal)
        let waiting = try #require(try await logIn(scene, payload, in: browser).consentPayload)
        browser.apply(try await Sessions(scene.environment).end(visit: browser.visit).cookies)
        await #expect(throws: Refusal.loginNotFinished) { try await scene.allow(waiting, in: browser) }
    }
}
