import Broker
import BrokerTesting
import OAuth
import Storage
import Testing

@Suite("A claim that a scope demands is taken back")
struct LostClaimTests {
    private func tokens(_ scene: Scene) async throws -> TokenResponse {
        try await scene.say(["identity_verified": true])
        let code = try await scene.code(
            for: try Scene.request("openid email identity:verified"), in: scene.browser())
        return try await scene.redeem(code, as: .townHall)
    }

    @Test("Tokens made from then on leave the scope out; the grant lives, and the scope comes back with the claim")
    func refreshing() async throws {
        let scene = try await Scene.verifying()
        let first = try await tokens(scene)
        #expect(first.scope.contains("identity:verified"))
        try await scene.say(["identity_verified": false])
        let second = try await scene.refresh(try #require(first.refreshToken), as: .townHall)
        #expect(second.scope == Scope(["openid", "email"]))
        #expect(try claims(of: second.accessToken)["scope"] == "openid email")
        #expect(try claims(of: second.idToken)["identity_verified"] == nil)
        try await scene.say(["identity_verified": true])
        let third = try await scene.refresh(try #require(second.refreshToken), as: .townHall)
        #expect(third.scope == Scope(["openid", "email", "identity:verified"]))
    }

    @Test("Userinfo stops releasing what the scope released, for tokens made before as well")
    func userInfo() async throws {
        let scene = try await Scene.verifying()
        let token = try await tokens(scene).accessToken
        #expect(try await scene.userInfo(token).values["identity_verified"] == true)
        try await scene.say(["identity_verified": .null])
        let claims = try await scene.userInfo(token)
        #expect(claims.values["identity_verified"] == nil)
        #expect(claims.email == SamplePerson.anna.email)
    }

    @Test("Taken back between code and redemption, it is not in the tokens")
    func redeeming() async throws {
        let scene = try await Scene.verifying()
        try await scene.say(["identity_verified": true])
        let code = try await scene.code(for: try Scene.request(), in: scene.browser())
        try await scene.say(["identity_verified": false])
        #expect(try await scene.redeem(code, as: .townHall).scope == Scope(["openid"]))
    }

    @Test("Scopes that are read again count from the next request on")
    func reading() async throws {
        let scene = try await Scene.verifying()
        let token = try await tokens(scene).accessToken
        scene.environment.scopes.replace(
            with: ScopeCatalogue.standard.adding([ScopeEntry(name: "identity:verified", claims: ["nickname"])]))
        #expect(try await scene.userInfo(token).values["identity_verified"] == nil)
        #expect(try await scene.code(for: try Scene.request(), in: scene.browser()).count > 0)
    }
}
