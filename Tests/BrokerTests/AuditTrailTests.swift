import Broker
import BrokerTesting
import Foundation
import OAuth
import Storage
import Testing

@Suite("The trail: who, what, where and how it ended")
struct AuditTrailTests {
    /// The kinds recorded since the fixture was made.
    private func kinds(_ scene: Scene) async throws -> [AuditEvent.Kind] {
        try await scene.trail().map(\.kind).filter {
            $0 != .keyCreated && $0 != .clientCreated && $0 != .accountCreated
        }
    }

    @Test("A local login, from the request to the refreshed token")
    func localLogin() async throws {
        let scene = try await Scene()
        let account = try await scene.broker.enrol(.anna).account.id
        let begun = scene.clock.now
        let code = try await scene.code(for: SampleRequest(try .portal), in: scene.browser())
        let tokens = try await scene.redeem(code, as: try .portal)
        _ = try await scene.refresh(try #require(tokens.refreshToken), as: try .portal)
        #expect(
            try await kinds(scene) == [
                .loginSucceeded, .authorizationInitiated, .consentGranted, .authorizationGranted, .tokenIssued,
                .tokenRefreshed,
            ])
        let events = try await scene.trail().filter { $0.kind != .keyCreated && $0.kind != .clientCreated }
        for event in events.dropFirst() {
            #expect(event.account == account, "\(event.kind)")
            #expect(event.provider == ProviderID(rawValue: "local"), "\(event.kind)")
            #expect(event.address == "203.0.113.7", "\(event.kind)")
            #expect(event.ray != nil, "\(event.kind)")
        }
        let initiated = try #require(try await scene.trail(of: .authorizationInitiated).first)
        #expect(initiated.at.timeIntervalSince(begun) == 1, "It is dated when the request arrived.")
        let issued = try #require(try await scene.trail(of: .tokenIssued).first)
        let refreshed = try #require(try await scene.trail(of: .tokenRefreshed).first)
        #expect(issued.grant != nil && issued.grant == refreshed.grant)
        #expect(issued.client == ClientID(rawValue: "portal"))
    }

    @Test("The bridge")
    func bridge() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let code = try await scene.bridgedCode(for: SampleRequest(try .transport), in: scene.browser())
        _ = try await scene.redeem(code, as: try .transport)
        #expect(
            try await kinds(scene) == [
                .loginStaged, .authorizationInitiated, .consentGranted, .authorizationGranted, .tokenIssued,
            ])
    }

    @Test("A login at a provider")
    func upstream() async throws {
        let scene = try await Scene()
        let browser = scene.browser()
        let payload = try #require(try await scene.authorize(SampleRequest(try .parking), in: browser).loginPayload)
        let code = try #require(
            try await scene.logIn(at: StubCatalogue.google, payload: payload, in: browser).code)
        _ = try await scene.redeem(code, as: try .parking)
        #expect(
            try await kinds(scene) == [.loginSucceeded, .authorizationInitiated, .authorizationGranted, .tokenIssued])
    }

    @Test("The request's own Ray ID stands with its beginning, each later step's with that step")
    func rays() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        let request = browser.visit
        let result = try await AuthorizationFlow(scene.environment).authorize(
            try SampleRequest(.parking).parameters, visit: request)
        let payload = try #require(browser.follow(result).loginPayload)
        _ = try await scene.logIn(.anna, payload: payload, in: browser)
        #expect(try await scene.trail(of: .authorizationInitiated).first?.ray == request.ray)
        let granted = try #require(try await scene.trail(of: .authorizationGranted).first?.ray)
        #expect(granted != request.ray)
        #expect(try await scene.trail(of: .loginSucceeded).first?.ray == granted)
    }

    @Test("No secret stands in it, whatever happened")
    func noSecrets() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        try await scene.broker.enrol(.anna)
        let browser = scene.browser()
        let code = try await scene.bridgedCode(for: SampleRequest(try .transport), in: browser)
        let tokens = try await scene.redeem(code, as: try .transport)
        let refreshToken = try #require(tokens.refreshToken)
        _ = try await scene.refresh(refreshToken, as: try .transport)
        _ = await scene.refusal { try await scene.redeem(code, as: try .transport) }
        let local = SampleRequest(try .parking).with("provider", "local")
        let payload = try #require(try await scene.authorize(local, in: browser).loginPayload)
        _ = try await scene.attemptLocalLogin("typed-name", Secret("typed-password"), payload: payload, in: browser)
        _ = try await scene.logIn(.anna, payload: payload, in: browser)

        let trail = try await scene.trail().map { event in
            let parts: [String?] = [
                event.kind.rawValue, event.ray?.description, event.account?.rawValue, event.client?.rawValue,
                event.provider?.rawValue, event.grant?.rawValue, event.address, event.reason,
            ]
            return parts.compactMap(\.self).joined(separator: " ")
        }
        let secrets: [String?] = [
            code.reveal(), tokens.accessToken.reveal(), refreshToken.reveal(), tokens.idToken?.reveal(), payload,
            browser.session?.reveal(), browser.binding?.reveal(), "state-of-client", "nonce-of-client",
            "typed-name", "typed-password", BrokerFixture.password(of: .anna).reveal(), "secret-of-transport",
            "pool-access-token", Fixtures.verifier.secret.reveal(),
        ]
        for secret in secrets.compactMap(\.self) {
            #expect(!trail.contains { $0.contains(secret) })
        }
        #expect(trail.contains { $0.contains("wrong_password") || $0.contains("unknown_user") })
    }
}
