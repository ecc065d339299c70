import Broker
import BrokerTesting
import OAuth
import Storage
import Testing

@Suite("Limits of grants: how many of them, and how long")
struct GrantLimitTests {
    private func scene(grantsPerClient: Int) async throws -> Scene {
        var limits = Limits()
        limits.grantsPerClient = grantsPerClient
        let scene = try await Scene(limits: limits)
        try await scene.broker.enrol(.anna)
        return scene
    }

    private func logIn(at client: Client, _ scene: Scene) async throws -> TokenResponse {
        let code = try await scene.code(for: SampleRequest(client), in: scene.browser())
        return try await scene.redeem(code, as: client)
    }

    @Test("The oldest refresh token of an account at a client gives way, and the trail says why")
    func oldestFirst() async throws {
        let scene = try await scene(grantsPerClient: 2)
        let first = try await logIn(at: .portal, scene)
        let refreshed = try await scene.refresh(try #require(first.refreshToken), as: try .portal)
        let second = try await logIn(at: .portal, scene)
        #expect(try await scene.trail(of: .grantRevoked).isEmpty)
        let third = try await logIn(at: .portal, scene)

        let revocations = try await scene.trail(of: .grantRevoked)
        #expect(revocations.map(\.reason) == ["limit"])
        #expect(revocations.first?.address == "203.0.113.7")
        let dead = try #require(refreshed.refreshToken)
        #expect(await scene.refusal { try await scene.refresh(dead, as: try .portal) } == .invalidGrant)
        #expect(await scene.refusal { try await scene.userInfo(refreshed.accessToken) } == .invalidToken)
        for living in [second, third] {
            #expect(
                try await scene.refresh(try #require(living.refreshToken), as: try .portal).refreshToken != nil)
        }
    }

    @Test("Other clients and clients without refresh tokens are not counted")
    func counted() async throws {
        let scene = try await scene(grantsPerClient: 1)
        let portal = try await logIn(at: .portal, scene)
        let parking = [try await logIn(at: .parking, scene), try await logIn(at: .parking, scene)]
        for tokens in parking + [portal] {
            #expect(try await scene.userInfo(tokens.accessToken).values["email"] == "anna@city.example")
        }
        #expect(try await scene.trail(of: .grantRevoked).isEmpty)
    }

    @Test("A refresh token that lies idle expires, and one that is used does not")
    func idle() async throws {
        let scene = try await scene(grantsPerClient: 50)
        let idle = scene.environment.lifetimes.idleGrant
        let left = try await logIn(at: .portal, scene)
        let used = try await logIn(at: .portal, scene)
        scene.pass(Double(idle - 10))
        let next = try await scene.refresh(try #require(used.refreshToken), as: try .portal)
        #expect(next.expiresIn == scene.environment.lifetimes.accessToken, "The end was put off before it was minted.")
        scene.pass(10)
        let abandoned = try #require(left.refreshToken)
        #expect(await scene.refusal { try await scene.refresh(abandoned, as: try .portal) } == .invalidGrant)
        scene.pass(Double(idle - 11))
        let last = try await scene.refresh(try #require(next.refreshToken), as: try .portal)
        #expect(last.refreshToken != nil)
    }

    @Test("No access token outlives its grant")
    func accessTokenAtTheEnd() async throws {
        let scene = try await scene(grantsPerClient: 50)
        var tokens = try await logIn(at: .portal, scene)
        for _ in 0..<89 {
            scene.pass(86400)
            tokens = try await scene.refresh(try #require(tokens.refreshToken), as: try .portal)
        }
        scene.pass(86390)
        let last = try await scene.refresh(try #require(tokens.refreshToken), as: try .portal)
        #expect(last.expiresIn == 10)
        #expect(try await scene.userInfo(last.accessToken).values["email"] == "anna@city.example")
        scene.pass(10)
        #expect(await scene.refusal { try await scene.userInfo(last.accessToken) } == .invalidToken)
    }
}
