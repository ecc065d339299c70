import Broker
import BrokerTesting
import OAuth
import Storage
import Testing

@Suite("OIDC Front-Channel Logout §2: what a browser loads on its way out")
struct FrontChannelTests {
    private static let bye = "https://portal.city.example/bye"

    /// A scene in which Anna has a password, and the portal wants its page loaded.
    private func scene(_ uri: String?) async throws -> Scene {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        var client = try #require(try await scene.broker.store.client(try Client.portal.id))
        client.postLogoutRedirectURIs = [Self.bye]
        client.frontChannelLogout = try uri.map { try LogoutChannel($0, session: .optional) }
        try await scene.broker.store.replace(client, event: .sample(.clientChanged))
        return scene
    }

    private func logIn(_ scene: Scene, _ client: Client, in browser: TestBrowser) async throws -> TokenResponse {
        try await scene.redeem(try await scene.code(for: SampleRequest(client), in: browser), as: client)
    }

    private func logOut(
        _ scene: Scene, hint: Secret?, in browser: TestBrowser
    ) async throws -> LogoutFlow.Outcome {
        try await LogoutFlow(scene.environment).logOut(
            LogoutFlow.Request(
                idTokenHint: hint, clientID: nil, postLogoutRedirectURI: Self.bye, state: "s", formToken: nil),
            visit: browser.visit)
    }

    @Test(
        "Issuer and session are added to the address, whatever its query",
        arguments: [("https://portal.city.example/out", "?"), ("https://portal.city.example/out?a=b", "&")])
    func frames(uri: String, separator: String) async throws {
        let scene = try await scene(uri)
        let browser = scene.browser()
        let idToken = try #require(try await logIn(scene, try .portal, in: browser).idToken)
        guard
            case .goBy(let channel, .client(let address), let cookies) = try await logOut(
                scene, hint: idToken, in: browser)
        else {
            Issue.record("No page on the way.")
            return
        }
        let sid = try #require(try claims(of: idToken)["sid"]?.string)
        #expect(channel.frames == ["\(uri)\(separator)iss=https%3A%2F%2Fbroker.city.example&sid=\(sid)"])
        #expect(channel.next == .client(name: "Portal"))
        #expect(address == Self.bye + "?state=s")
        browser.apply(cookies)
        #expect(browser.session == nil)
    }

    @Test("Where no client of the session wants a page, there is none on the way")
    func noFrames() async throws {
        for (uri, client) in [(nil, try Client.portal), ("https://portal.city.example/out", try .parking)] {
            let scene = try await scene(uri)
            let browser = scene.browser()
            let idToken = try await logIn(scene, client, in: browser).idToken
            guard case .go = try await logOut(scene, hint: idToken, in: browser) else {
                Issue.record("A page for \(client.id).")
                continue
            }
        }
    }

    @Test("Only the clients of this session are told, not those of the person's others")
    func otherSessions() async throws {
        let scene = try await scene("https://portal.city.example/out")
        _ = try await logIn(scene, try .portal, in: scene.browser())
        let browser = scene.browser()
        let idToken = try await logIn(scene, try .parking, in: browser).idToken
        guard case .go = try await logOut(scene, hint: idToken, in: browser) else {
            Issue.record("A page for somebody else's session.")
            return
        }
    }

    @Test("Who signs out everywhere tells the clients of this browser there and then")
    func everywhere() async throws {
        let scene = try await scene("https://portal.city.example/out")
        let browser = scene.browser()
        _ = try await logIn(scene, try .portal, in: browser)
        guard case .overview(let overview) = try await AccountPageFlow(scene.environment).enter(visit: browser.visit)
        else {
            Issue.record("No account page.")
            return
        }
        let flow = LogoutFlow(scene.environment)
        let stranger = scene.browser()
        await #expect(throws: Refusal.notLoggedIn) {
            try await flow.logOutEverywhere(token: overview.token, visit: stranger.visit)
        }
        let (channel, cookies) = try await flow.logOutEverywhere(token: overview.token, visit: browser.visit)
        #expect(channel.frames.count == 1 && channel.next == nil)
        browser.apply(cookies)
        #expect(browser.session == nil)
        #expect(try await scene.trail(of: .accountSignedOut).count == 1)
    }
}
