import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("OIDC Core §3.1.2.1: session, prompt and max_age")
struct SingleSignOnTests {
    /// What the authorization endpoint does.
    enum Answer: Equatable, CustomTestStringConvertible {
        case login
        case consent
        case code
        case error(OAuthError.Code)
        case other

        init(_ step: NextStep) {
            switch step {
            case .goToLogin, .goToNamedProvider: self = .login
            case .goToConsent: self = .consent
            case .returnCode: self = .code
            case .returnError(let response): self = .error(response.error.code)
            case .goToFrontEnd, .goToProvider, .goToVerification, .goToAccount, .goToLinkQuestion,
                .goToDeviceQuestion, .goToDeviceOutcome:
                self = .other
            }
        }

        var testDescription: String { "\(self)" }
    }

    /// A browser in which Anna has logged in, at noon and a bit.
    private func loggedIn(_ scene: Scene) async throws -> TestBrowser {
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        _ = try await scene.code(for: SampleRequest(try .parking), in: browser)
        return browser
    }

    @Test(
        "Without a session somebody has to log in",
        arguments: [
            (String?.none, Answer.login), ("none", .error(.loginRequired)), ("login", .login),
            ("select_account", .login),
        ])
    func noSession(prompt: String?, answer: Answer) async throws {
        let scene = try await Scene()
        let step = try await scene.authorize(
            SampleRequest(try .parking).with("prompt", prompt), in: scene.browser())
        #expect(Answer(step) == answer)
    }

    // The request itself takes one second more.
    @Test(
        "A session of 100 seconds answers where it may",
        arguments: [
            (String?.none, String?.none, Answer.code), ("none", nil, .code), ("login", nil, .login),
            ("select_account", nil, .login),
            ("consent", nil, .code), ("login consent", nil, .login), (nil, "101", .code), (nil, "100", .login),
            (nil, "0", .login), ("none", "0", .error(.loginRequired)), ("none", "100", .error(.loginRequired)),
            ("none", "101", .code), ("login", "1000", .login),
        ])
    func session(prompt: String?, maximumAge: String?, answer: Answer) async throws {
        let scene = try await Scene()
        let browser = try await loggedIn(scene)
        scene.pass(100)
        let step = try await scene.authorize(
            SampleRequest(try .parking).with("prompt", prompt).with("max_age", maximumAge), in: browser)
        #expect(Answer(step) == answer)
    }

    @Test("max_age=0 asks for a login even in the second of the last one", arguments: [nil, "none"] as [String?])
    func maximumAgeZero(prompt: String?) async throws {
        let scene = try await Scene()
        let browser = try await loggedIn(scene)
        let request = SampleRequest(try .parking).with("max_age", "0").with("prompt", prompt)
        let result = try await AuthorizationFlow(scene.environment).authorize(
            try request.parameters, visit: browser.visit)
        #expect(Answer(result.step) == (prompt == nil ? .login : .error(.loginRequired)))
    }

    @Test("prompt=login asks for a login even in the instant of the last one")
    func promptLoginAtOnce() async throws {
        let scene = try await Scene()
        let browser = try await loggedIn(scene)
        let request = SampleRequest(try .parking).with("prompt", "login")
        let result = try await AuthorizationFlow(scene.environment).authorize(
            try request.parameters, visit: browser.visit)
        #expect(Answer(result.step) == .login)
    }

    @Test(
        "A login made for the request answers it, whatever it demanded",
        arguments: [
            ("login", nil), ("select_account", nil), (nil, "0"), ("login consent", "0"),
        ] as [(String?, String?)])
    func madeForTheRequest(prompt: String?, maximumAge: String?) async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        let request = SampleRequest(try .portal).with("prompt", prompt).with("max_age", maximumAge)
        #expect(try await !scene.code(for: request, in: browser).reveal().isEmpty)
    }

    @Test(
        "prompt=none shows no page: consent is asked for by error",
        arguments: [
            ("openid", Answer.code), ("openid email", .error(.consentRequired)),
        ])
    func consentRequired(scope: String, answer: Answer) async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        _ = try await scene.code(for: SampleRequest(try .portal, scope: "openid"), in: browser)
        let step = try await scene.authorize(
            SampleRequest(try .portal, scope: scope).with("prompt", "none"), in: browser)
        #expect(Answer(step) == answer)
    }

    @Test("prompt=none tells the client even that the person of the session is no longer let in")
    func noLongerAdmitted() async throws {
        let scene = try await Scene()
        let browser = try await loggedIn(scene)
        scene.catalogue.set(.local, admission: AdmissionRule(emailDomains: ["elsewhere.example"]))
        let silent = try await scene.authorize(SampleRequest(try .parking).with("prompt", "none"), in: browser)
        #expect(Answer(silent) == .error(.loginRequired))
        let asked = try await scene.authorize(SampleRequest(try .parking), in: browser)
        #expect(Answer(asked) == .login, "Somebody else may still log in.")
    }

    @Test("A session counts only at providers the client accepts, and while they are in use")
    func sessionOfOtherProvider() async throws {
        let scene = try await Scene()
        let browser = try await loggedIn(scene)
        #expect(Answer(try await scene.authorize(SampleRequest(try .transport), in: browser)) == .login)
        #expect(
            Answer(
                try await scene.authorize(SampleRequest(try .parking).with("provider", "google"), in: browser))
                == .login)
        scene.catalogue.set(.local, .disabled)
        #expect(Answer(try await scene.authorize(SampleRequest(try .parking), in: browser)) == .login)
    }

    @Test(
        "A session ends when it is idle or old, and not before",
        arguments: [
            (Sessions.Memory.thisVisit, 3599.0, Answer.code), (.thisVisit, 3600.0, .login),
            (.remember, 14.0 * 86400 - 1, .code), (.remember, 14.0 * 86400, .login),
        ])
    func idle(memory: Sessions.Memory, seconds: Double, answer: Answer) async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        let payload = try #require(try await scene.authorize(SampleRequest(try .parking), in: browser).loginPayload)
        _ = try await scene.logIn(.anna, payload: payload, in: browser, memory: memory)
        scene.pass(seconds - 1)
        #expect(Answer(try await scene.authorize(SampleRequest(try .parking), in: browser)) == answer)
    }

    @Test("A busy session still ends at its absolute lifetime")
    func absolute() async throws {
        let scene = try await Scene()
        let browser = try await loggedIn(scene)
        for _ in 0..<23 {
            scene.pass(30 * 60 - 1)
            #expect(Answer(try await scene.authorize(SampleRequest(try .parking), in: browser)) == .code)
        }
        scene.pass(30 * 60 - 1)
        #expect(Answer(try await scene.authorize(SampleRequest(try .parking), in: browser)) == .login)
    }

    @Test("A disabled account's session is worth nothing, even once it is enabled again")
    func disabledAccount() async throws {
        let scene = try await Scene()
        let browser = try await loggedIn(scene)
        let id = try #require(try await scene.broker.accounts.account(userName: "anna")?.account.id)
        try await scene.broker.accounts.setStatus(.disabled, of: id)
        #expect(Answer(try await scene.authorize(SampleRequest(try .parking), in: browser)) == .login)
        try await scene.broker.accounts.setStatus(.active, of: id)
        #expect(Answer(try await scene.authorize(SampleRequest(try .parking), in: browser)) == .login)
    }

    @Test("After logging out the browser has to log in again, and the session cookie is worth nothing")
    func loggedOut() async throws {
        let scene = try await Scene()
        let browser = try await loggedIn(scene)
        let changes = try await Sessions(scene.environment).end(visit: browser.visit).cookies
        #expect(Answer(try await scene.authorize(SampleRequest(try .parking), in: browser)) == .login)
        browser.apply(changes)
        #expect(browser.session == nil)
        #expect(try await scene.trail(of: .sessionEnded).count == 1)
    }
}
