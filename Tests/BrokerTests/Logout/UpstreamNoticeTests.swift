import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("OIDC Back-Channel Logout: a provider ends what began there")
struct UpstreamNoticeTests {
    private static let google = StubCatalogue.google

    /// Anna's tokens at the transport client after a login at Google, whose session is called `session`.
    private func logIn(
        _ scene: Scene, in browser: TestBrowser, session: String?
    ) async throws -> TokenResponse {
        scene.catalogue.google.answer { script in
            var login = UpstreamLogin.sample(.anna, at: Self.google)
            login.sessionID = session
            script.login = .success(login)
        }
        let request = SampleRequest(try .transport, scope: "openid email offline_access").with("prompt", "login")
        var next = try await scene.authorize(request, in: browser)
        next = try await scene.logIn(at: Self.google, payload: try #require(next.loginPayload), in: browser)
        if let question = next.consentPayload { next = try await scene.allow(question, in: browser) }
        return try await scene.redeem(try #require(next.code), as: try .transport)
    }

    private func receive(
        _ reach: UpstreamLogoutToken.Reach, id: String = "jti-1", from provider: ProviderID = google, _ scene: Scene
    ) async throws -> OAuthError.Code? {
        let token = UpstreamLogoutToken(reach: reach, tokenID: id, endsAt: scene.clock.now.addingTimeInterval(60))
        scene.catalogue.google.answer { $0.logoutToken = .success(token) }
        return await scene.refusal {
            try await UpstreamNoticeFlow(scene.environment).receive(
                Secret("token"), from: provider, visit: scene.browser().visit)
        }
    }

    private func isSignedIn(_ browser: TestBrowser, _ scene: Scene) async throws -> Bool {
        guard let cookie = browser.session else { return false }
        return try await scene.broker.store.session(HandleDigest(of: cookie), at: scene.clock.now) != nil
    }

    private func isAlive(_ tokens: TokenResponse, _ scene: Scene) async throws -> Bool {
        let token = try #require(tokens.refreshToken)
        return await scene.refusal { try await scene.refresh(token, as: try .transport) } == nil
    }

    @Test("One session there ends the session it began, its grants, and has the client told")
    func oneSession() async throws {
        let scene = try await Scene()
        let (here, there) = (scene.browser(), scene.browser())
        let first = try await logIn(scene, in: here, session: "up-1")
        let second = try await logIn(scene, in: there, session: "up-2")
        #expect(try await receive(.session("up-1", subject: nil), scene) == nil)
        #expect(try await !isSignedIn(here, scene))
        #expect(try await isSignedIn(there, scene))
        #expect(try await !isAlive(first, scene))
        #expect(try await isAlive(second, scene))
        #expect(try await scene.broker.store.nextNoticeDue() != nil)
        let event = try #require(try await scene.trail(of: .sessionEnded).first)
        #expect(event.reason == "upstream_logout" && event.provider == Self.google && event.account != nil)
    }

    @Test("What a session began before the person proved themselves again ends with it too")
    func earlierLogin() async throws {
        let scene = try await Scene()
        let browser = scene.browser()
        let first = try await logIn(scene, in: browser, session: "up-1")
        let second = try await logIn(scene, in: browser, session: "up-1")
        #expect(try await receive(.session("up-1", subject: SamplePerson.anna.subject(at: Self.google)), scene) == nil)
        #expect(try await !isSignedIn(browser, scene))
        #expect(try await !isAlive(first, scene))
        #expect(try await !isAlive(second, scene))
    }

    @Test("A person's logout there ends all that began by that identity")
    func person() async throws {
        let scene = try await Scene()
        let (here, there) = (scene.browser(), scene.browser())
        let first = try await logIn(scene, in: here, session: "up-1")
        let second = try await logIn(scene, in: there, session: nil)
        #expect(try await receive(.person(SamplePerson.anna.subject(at: Self.google)), scene) == nil)
        for browser in [here, there] { #expect(try await !isSignedIn(browser, scene)) }
        for tokens in [first, second] { #expect(try await !isAlive(tokens, scene)) }
    }

    @Test("A message counts once, also where it ended nothing")
    func once() async throws {
        let scene = try await Scene()
        #expect(try await receive(.session("unknown", subject: nil), scene) == nil)
        #expect(try await receive(.session("unknown", subject: nil), scene) == .invalidRequest)
        #expect(try await receive(.session("unknown", subject: nil), id: "jti-2", scene) == nil)
    }

    @Test("A session of another subject, and a session of that name elsewhere, are left alone")
    func others() async throws {
        let scene = try await Scene()
        let browser = scene.browser()
        _ = try await logIn(scene, in: browser, session: "up-1")
        #expect(try await receive(.session("up-1", subject: "somebody else"), id: "1", scene) == nil)
        #expect(try await receive(.session("up-9", subject: nil), id: "2", scene) == nil)
        #expect(try await receive(.person("somebody else"), id: "3", scene) == nil)
        #expect(try await isSignedIn(browser, scene))
    }

    @Test("A token that is not good, and a provider that tells nothing, end nothing")
    func refused() async throws {
        let scene = try await Scene()
        let flow = UpstreamNoticeFlow(scene.environment)
        func answer(_ provider: ProviderID) async -> OAuthError.Code? {
            await scene.refusal {
                try await flow.receive(Secret("token"), from: provider, visit: scene.browser().visit)
            }
        }
        for flaw in TokenFlaw.allCases {
            scene.catalogue.google.answer { $0.logoutToken = .failure(.untrusted(flaw)) }
            #expect(await answer(Self.google) == .invalidRequest)
        }
        scene.catalogue.google.answer { $0.logoutToken = .failure(.unavailable(cause: "timeout")) }
        #expect(await answer(Self.google) == .temporarilyUnavailable)
        for provider in [StubCatalogue.campus, ProviderID.local, ProviderID(rawValue: "nowhere")] {
            #expect(await answer(provider) == .invalidRequest)
        }
        scene.catalogue.set(Self.google, .disabled)
        #expect(await answer(Self.google) == .invalidRequest)
    }
}
