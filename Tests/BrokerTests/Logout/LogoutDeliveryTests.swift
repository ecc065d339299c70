import BrokerTesting
import Connectors
import Foundation
import Logging
import OAuth
import Storage
import Testing

@testable import Broker

@Suite("OIDC Back-Channel Logout §2: clients are told of a logout")
struct LogoutDeliveryTests {
    private static let address = "https://portal.city.example/logged-out"

    private let calls = StubClientCalls()

    private func deliveries(_ scene: Scene) -> LogoutDeliveries {
        LogoutDeliveries(
            scene.environment, calls: calls, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Anna logs in for the portal and out again; the ID token that the client holds.
    private func logInAndOut(_ scene: Scene) async throws -> Secret {
        let browser = scene.browser()
        let code = try await scene.code(for: SampleRequest(try .portal), in: browser)
        let idToken = try #require(try await scene.redeem(code, as: try .portal).idToken)
        try await logOut(scene, browser, hint: idToken)
        return idToken
    }

    private func logOut(_ scene: Scene, _ browser: TestBrowser, hint: Secret) async throws {
        let wish = LogoutFlow.Request(
            idTokenHint: hint, clientID: nil, postLogoutRedirectURI: nil, state: nil, formToken: nil)
        guard case .go(_, let cookies) = try await LogoutFlow(scene.environment).logOut(wish, visit: browser.visit)
        else { throw UnexpectedStep(found: "the question") }
        browser.apply(cookies)
    }

    /// A scene in which the portal wants to hear of logouts, and Anna has a password.
    private func scene() async throws -> Scene {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        try await listen(at: try LogoutChannel(Self.address, session: .optional), scene)
        return scene
    }

    private func listen(at channel: LogoutChannel?, _ scene: Scene) async throws {
        var client = try #require(try await scene.broker.store.client(try Client.portal.id))
        client.backChannelLogout = channel
        try await scene.broker.store.replace(client, event: .sample(.clientChanged))
    }

    @Test("The token names issuer, client, person and session, is fresh, and can pass for no other token")
    func token() async throws {
        let scene = try await scene()
        let idToken = try claims(of: try await logInAndOut(scene))
        scene.pass(30)
        await deliveries(scene).deliverDue()
        let message = try #require(calls.sent.first)
        #expect(message.url == Self.address && message.form.count == 1)
        let token = try #require(message.form["logout_token"])
        let header = try #require(token.split(separator: ".").first.flatMap { Base64URL.decode($0) })
        #expect(String(decoding: header, as: UTF8.self).contains(#""typ":"logout+jwt""#))
        let claims = try claims(of: Secret(token))
        for name in ["iss", "sub", "aud", "sid"] { #expect(claims[name] == idToken[name], "\(name)") }
        let now = scene.clock.now.numericDate
        #expect(claims["iat"] == .integer(Int64(now)) && claims["exp"] == .integer(Int64(now + 120)))
        #expect(claims["events"] == .object(["http://schemas.openid.net/event/backchannel-logout": .object([:])]))
        #expect(claims["nonce"] == nil && claims["jti"] != nil)
        let ended = try #require(try await scene.trail(of: .sessionEnded).first)
        #expect(claims["ray_id"] == ended.ray.map { .string($0.description) })
        #expect(scene.environment.signingKeys.idTokenHint(of: Secret(token)) == nil)
        #expect(scene.environment.signingKeys.accessTokenClaims(of: Secret(token)) == nil)

        let told = try #require(try await scene.trail(of: .logoutDelivered).first)
        #expect(told.client?.rawValue == "portal" && told.account == ended.account && told.ray == ended.ray)
        await deliveries(scene).deliverDue()
        #expect(calls.sent.count == 1)
    }

    @Test(
        "Who does not take it is told again after a pause that doubles, with a new token id",
        arguments: [
            Result<Int, ConnectorError>.success(400), .success(503), .success(302), .success(404),
            .failure(.unavailable(cause: "timeout")), .failure(.misbehaved(cause: "too long")),
        ])
    func retried(answer: Result<Int, ConnectorError>) async throws {
        let scene = try await scene()
        _ = try await logInAndOut(scene)
        calls.answer(Self.address, answer)
        let deliveries = deliveries(scene)
        for pause in [0, 6, 12, 24] as [Double] {
            let before = calls.sent.count
            if pause > 0 {
                scene.pass(pause * 0.6)
                await deliveries.deliverDue()
                #expect(calls.sent.count == before, "Too early.")
            }
            scene.pass(pause * 0.4)
            await deliveries.deliverDue()
            #expect(calls.sent.count == before + 1)
        }
        calls.answer(Self.address, .success(204))
        scene.pass(48)
        await deliveries.deliverDue()
        let ids = try calls.sent.map { try claims(of: $0.form["logout_token"].map(Secret.init))["jti"] }
        #expect(ids.count == 5 && Set(ids).count == 5)
        #expect(try await scene.trail(of: .logoutDelivered).count == 1)
        #expect(try await scene.broker.store.nextNoticeDue() == nil)
    }

    @Test("After a day it is given up, and the trail says so and why")
    func abandoned() async throws {
        let scene = try await scene()
        _ = try await logInAndOut(scene)
        calls.answer(Self.address, .failure(.unavailable(cause: "timeout")))
        let deliveries = deliveries(scene)
        await deliveries.deliverDue()
        scene.pass(86_399)
        await deliveries.deliverDue()
        #expect(calls.sent.count == 2)
        #expect(try await scene.trail(of: .logoutAbandoned).map(\.reason) == ["unreachable"])
        #expect(try await scene.broker.store.nextNoticeDue() == nil)
    }

    @Test("The pauses double up to an hour, spread by a fifth, and end with the day", arguments: 1...60)
    func schedule(attempt: Int) throws {
        let notice = LogoutNotice(
            id: 1, clientID: ClientID(rawValue: "c"), accountID: AccountID(rawValue: "a"), sessionName: nil,
            endedAt: Fixtures.noon, ray: nil, host: "https://c.example", attempt: attempt)
        let usual = min(3600, 5 * Double(1 << min(attempt - 1, 20)))
        for (spread, factor) in [(0, 0.8), (0.5, 1), (0.999, 1.2)] {
            let due = try #require(LogoutSchedule.next(after: notice, at: Fixtures.noon, spread: spread))
            #expect(abs(due.timeIntervalSince(Fixtures.noon) - usual * factor) < usual * 0.001)
        }
        #expect(LogoutSchedule.next(after: notice, at: Fixtures.noon(plus: 86_397), spread: 0) == nil)
    }

    @Test("A client that was deleted, or wants to hear no more, is told nothing")
    func unwanted() async throws {
        let scene = try await scene()
        _ = try await logInAndOut(scene)
        try await listen(at: nil, scene)
        await deliveries(scene).deliverDue()
        #expect(calls.sent.isEmpty)
        #expect(try await scene.broker.store.nextNoticeDue() == nil)
        #expect(try await scene.trail(of: .logoutDelivered).isEmpty)
    }

    @Test("A host that is left alone is not asked, and its notices wait")
    func leftAlone() async throws {
        let scene = try await scene()
        _ = try await logInAndOut(scene)
        calls.leaveAlone(["https://portal.city.example"])
        await deliveries(scene).deliverDue()
        #expect(calls.sent.isEmpty)
        calls.leaveAlone([])
        await deliveries(scene).deliverDue()
        #expect(calls.sent.count == 1)
    }

    @Test("A disabled account and a new password are told of as well", arguments: ["disabled", "password"])
    func otherEndings(ending: String) async throws {
        let scene = try await scene()
        let account = try #require(try await scene.broker.accounts.account(userName: "Anna")).account.id
        let code = try await scene.code(for: SampleRequest(try .portal), in: scene.browser())
        _ = try await scene.redeem(code, as: try .portal)
        if ending == "disabled" {
            try await scene.broker.accounts.setStatus(.disabled, of: account)
        } else {
            try await scene.broker.accounts.setPassword(Secret("another horse altogether"), of: account)
        }
        await deliveries(scene).deliverDue()
        #expect(calls.sent.count == 1)
    }

    @Test("A person who proves themselves again stays in the session that their clients know")
    func sameSession() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        let first = try await scene.redeem(
            try await scene.code(for: SampleRequest(try .portal), in: browser), as: try .portal)
        let again = SampleRequest(try .parking).with("prompt", "login")
        let second = try await scene.redeem(try await scene.code(for: again, in: browser), as: try .parking)
        let ids = try [first, second].map { try claims(of: $0.idToken)["sid"] }
        #expect(ids[0] != nil && ids[0] == ids[1])
        try await logOut(scene, browser, hint: try #require(second.idToken))
        await deliveries(scene).deliverDue()
        #expect(calls.sent.map(\.url) == [Self.address])
    }

    @Test("Somebody else in the same browser has a session of their own")
    func otherPerson() async throws {
        let scene = try await scene()
        try await scene.broker.enrol(.boris)
        let browser = scene.browser()
        let first = try await scene.redeem(
            try await scene.code(for: SampleRequest(try .parking), in: browser), as: try .parking)
        let again = SampleRequest(try .parking).with("prompt", "login")
        let second = try await scene.redeem(
            try await scene.code(for: again, as: .boris, in: browser), as: try .parking)
        let ids = try [first, second].map { try claims(of: $0.idToken)["sid"] }
        #expect(ids[0] != nil && ids[1] != nil && ids[0] != ids[1])
    }

    @Test("Logging out ends the grants of the session, but for those that may outlive it", arguments: [true, false])
    func grants(outlives: Bool) async throws {
        let scene = try await scene()
        let browser = scene.browser()
        let scope = outlives ? "openid email offline_access" : "openid email"
        let request = SampleRequest(try .portal, scope: scope)
        let tokens = try await scene.redeem(try await scene.code(for: request, in: browser), as: try .portal)
        try await logOut(scene, browser, hint: try #require(tokens.idToken))
        let token = try #require(tokens.refreshToken)
        let refusal = await scene.refusal { try await scene.refresh(token, as: try .portal) }
        #expect(refusal == (outlives ? nil : .invalidGrant))
        #expect(try await scene.trail(of: .grantRevoked).count == (outlives ? 0 : 1))
    }

    @Test("A code on its way when the person logs out is worth nothing")
    func codeUnderWay() async throws {
        let scene = try await scene()
        let browser = scene.browser()
        let code = try await scene.code(for: SampleRequest(try .portal), in: browser)
        let idToken = try await scene.redeem(code, as: try .portal).idToken
        let late = try await scene.code(for: SampleRequest(try .portal), in: browser)
        try await logOut(scene, browser, hint: try #require(idToken))
        let form = scene.redemption(of: late, as: try .portal)
        #expect(await scene.refusal { try await scene.tokens(form, as: try .portal) } == .invalidGrant)
        #expect(try await scene.trail(of: .tokenRefused).map(\.reason) == ["session_ended"])
    }
}
