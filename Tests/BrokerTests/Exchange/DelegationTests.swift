import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("RFC 8693 §1.1: one client acts for another's people")
struct DelegationTests {
    private static let orders = ClientID(rawValue: "orders")
    private static let stock = ClientID(rawValue: "stock")

    private func service(
        _ id: ClientID, profile: Client.TokenProfile = .jwt, delegates: [ClientID] = []
    ) -> Client {
        Client(
            id: id, name: id.rawValue, redirectURIs: [],
            authentication: .secret(PasswordHash(phc: "replaced when registered")),
            grantTypes: [.tokenExchange, .clientCredentials],
            allowedScope: Scope(["openid", "email", "tickets:read"]), tokenProfile: profile,
            idTokenAlgorithm: .es256, introspection: .allowed(.es256),
            resources: Fixtures.resources("stock"), delegates: delegates)
    }

    /// Anna's portal lets `orders` act for her, and `orders` lets `stock`.
    private func scene(profile: Client.TokenProfile = .jwt) async throws -> Scene {
        let scene = try await Scene()
        try await scene.broker.register(service(Self.orders, profile: profile, delegates: [Self.stock]))
        try await scene.broker.register(service(Self.stock, profile: profile))
        try await change(try .portal, in: scene) { $0.delegates = [Self.orders] }
        try await scene.broker.enrol(.anna)
        return scene
    }

    private func change(_ client: Client, in scene: Scene, _ change: (inout Client) -> Void) async throws {
        var stored = try #require(try await scene.broker.clients.client(client.id))
        change(&stored)
        try await scene.broker.store.replace(stored, event: AuditEvent(.clientChanged, at: scene.clock.now, ray: nil))
    }

    private func portalTokens(_ scene: Scene, scope: String = "openid email profile") async throws -> TokenResponse {
        let code = try await scene.code(for: SampleRequest(try .portal, scope: scope), in: scene.browser())
        return try await scene.redeem(code, as: try .portal)
    }

    /// Exchanges `token` as `client`; `more` is put over the form, and an empty value leaves a field out.
    private func delegate(
        _ token: Secret, to client: ClientID, in scene: Scene, _ more: [String: String] = [:]
    ) async throws -> TokenResponse {
        try await scene.exchange(token, as: service(client), ["audience": ""].merging(more) { _, new in new })
    }

    @Test(
        "The new token names who acts, is no wider and no longer, and tells its holder who the person is",
        arguments: Client.TokenProfile.allCases)
    func delegated(profile: Client.TokenProfile) async throws {
        let scene = try await scene(profile: profile)
        let tokens = try await portalTokens(scene)
        scene.pass(600)
        let answer = try await delegate(tokens.accessToken, to: Self.orders, in: scene)
        #expect(answer.scope == Scope(["openid", "email"]), "orders may not have profile.")
        #expect(answer.exchanged == TokenResponse.Exchanged(.accessToken, .bearer))
        #expect(answer.refreshToken == nil && answer.idToken == nil)
        #expect(try #require(answer.expiresIn) <= 3000, "It ends with the token it was exchanged for.")
        if profile == .jwt {
            let said = try claims(of: answer.accessToken)
            #expect(said["act"] == .object(["sub": "orders"]) && said["client_id"] == "orders")
            #expect(said["sub"] == (try claims(of: tokens.accessToken))["sub"])
            #expect(said["grant_id"] == (try claims(of: tokens.accessToken))["grant_id"])
        }
        let info = try await scene.userInfo(answer.accessToken)
        #expect(info.values["email"] == "anna@city.example" && info.values["name"] == nil)
        guard case .active(let token) = try await scene.introspect(answer.accessToken, as: service(Self.orders)) else {
            throw UnexpectedStep(found: "an inactive token")
        }
        #expect(token.actors == ["orders"] && token.clientID == "orders" && token.person != nil)
        #expect(token.audience == [scene.environment.issuer.value])
        let event = try #require(try await scene.trail(of: .tokenExchanged).first)
        #expect(event.client == Self.orders && event.reason == "delegation" && event.grant != nil)
    }

    @Test(
        "A chain of clients is nested, the last one outermost, and each link counts",
        arguments: Client.TokenProfile.allCases)
    func chained(profile: Client.TokenProfile) async throws {
        let scene = try await scene(profile: profile)
        let tokens = try await portalTokens(scene)
        let first = try await delegate(tokens.accessToken, to: Self.orders, in: scene)
        let second = try await delegate(first.accessToken, to: Self.stock, in: scene, ["scope": "openid"])
        if profile == .jwt {
            let said = try claims(of: second.accessToken)
            #expect(said["act"] == .object(["sub": "stock", "act": .object(["sub": "orders"])]))
        }
        #expect(try await scene.userInfo(second.accessToken).values["email"] == nil)
        guard case .active(let token) = try await scene.introspect(second.accessToken, as: service(Self.stock)) else {
            throw UnexpectedStep(found: "an inactive token")
        }
        #expect(token.actors == ["stock", "orders"])
        try await change(service(Self.orders), in: scene) { $0.delegates = [] }
        #expect(await scene.refusal { try await scene.userInfo(second.accessToken) } == .invalidToken)
        #expect(try await scene.introspect(second.accessToken, as: service(Self.stock)) == .inactive)
        #expect(try await scene.userInfo(first.accessToken).values["email"] != nil, "The first link holds.")
    }

    @Test(
        "It dies with the grant, with the registration, and alone when it is given back",
        arguments: ["grant", "registration", "token", "client"])
    func dies(of what: String) async throws {
        let scene = try await scene()
        let tokens = try await portalTokens(scene)
        let answer = try await delegate(tokens.accessToken, to: Self.orders, in: scene)
        #expect(try await scene.userInfo(answer.accessToken).values["sub"] != nil)
        switch what {
        case "grant": try await scene.revoke(tokens.accessToken, as: try .portal)
        case "registration": try await change(try .portal, in: scene) { $0.delegates = [Self.stock] }
        case "token": try await scene.revoke(answer.accessToken, as: service(Self.orders))
        default: try await change(service(Self.orders), in: scene) { $0.grantTypes = [.clientCredentials] }
        }
        #expect(await scene.refusal { try await scene.userInfo(answer.accessToken) } == .invalidToken)
        #expect(try await scene.introspect(answer.accessToken, as: service(Self.stock)) == .inactive)
        if what != "grant" {
            #expect(try await scene.userInfo(tokens.accessToken).values["sub"] != nil, "The portal's own token stays.")
        }
    }

    @Test("The client may prove with a token of its own that it is the one who acts")
    func actorToken() async throws {
        let scene = try await scene()
        let tokens = try await portalTokens(scene)
        let type = TokenTypeName.accessToken.rawValue
        func own(_ id: ClientID) async throws -> String {
            try await scene.tokens([("grant_type", "client_credentials")], as: service(id)).accessToken.reveal()
        }
        let answer = try await delegate(
            tokens.accessToken, to: Self.orders, in: scene,
            ["actor_token": try await own(Self.orders), "actor_token_type": type])
        #expect(try claims(of: answer.accessToken)["act"] == .object(["sub": "orders"]))
        let spent = try await own(Self.orders)
        try await scene.revoke(Secret(spent), as: service(Self.orders))
        for actor in [try await own(Self.stock), tokens.accessToken.reveal(), "nonsense", spent] {
            let code = await scene.refusal {
                try await delegate(
                    tokens.accessToken, to: Self.orders, in: scene, ["actor_token": actor, "actor_token_type": type])
            }
            #expect(code == .invalidRequest)
        }
        #expect(
            try await scene.trail(of: .tokenRefused).map(\.reason)
                == Array(repeating: "actor_token_not_valid", count: 4))
    }

    /// What is asked for beside a good token, and what is said to it.
    struct Refused: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let more: [String: String]
        let error: OAuthError.Code
    }

    static let refused = [
        Refused(testDescription: "a wider scope", more: ["scope": "openid profile"], error: .invalidScope),
        Refused(testDescription: "a scope of the client's own", more: ["scope": "tickets:read"], error: .invalidScope),
        Refused(
            testDescription: "an ID token", more: ["requested_token_type": TokenTypeName.idToken.rawValue],
            error: .invalidRequest),
        Refused(
            testDescription: "another's resource", more: ["resource": "https://api.city.example/payments?v=1"],
            error: .invalidTarget),
        Refused(testDescription: "an unknown audience", more: ["audience": "payments"], error: .invalidTarget),
        Refused(testDescription: "a provider's token", more: ["audience": "google"], error: .invalidRequest),
    ]

    @Test("A token for a resource that is not the delegate's leads to none, named or not")
    func foreignResource() async throws {
        let scene = try await scene()
        try await change(try .portal, in: scene) { $0.resources = Fixtures.resources("payments", "stock") }
        let portal = try #require(try await scene.broker.clients.client(try Client.portal.id))
        for (name, error) in [("payments", OAuthError.Code.invalidTarget), ("stock", nil)] {
            let request = SampleRequest(portal).adding("resource", try #require(Fixtures.resources(name).first).value)
            let tokens = try await scene.redeem(try await scene.code(for: request, in: scene.browser()), as: portal)
            let refusal = await scene.refusal {
                _ = try await delegate(tokens.accessToken, to: Self.orders, in: scene)
            }
            #expect(refusal == error, "\(name)")
        }
    }

    @Test("What the client asked for by name is not the delegate's")
    func requestedClaims() async throws {
        let scene = try await scene()
        let request = SampleRequest(try .portal, scope: "openid").with("claims", #"{"userinfo":{"email":null}}"#)
        let tokens = try await scene.redeem(try await scene.code(for: request, in: scene.browser()), as: try .portal)
        #expect(try await scene.userInfo(tokens.accessToken).values["email"] != nil)
        let delegated = try await delegate(tokens.accessToken, to: Self.orders, in: scene)
        #expect(try await scene.userInfo(delegated.accessToken).values["email"] == nil)
    }

    @Test("Nothing wider is had for it", arguments: refused)
    func widened(row: Refused) async throws {
        let scene = try await scene()
        let tokens = try await portalTokens(scene)
        #expect(
            await scene.refusal { try await delegate(tokens.accessToken, to: Self.orders, in: scene, row.more) }
                == row.error)
        #expect(try await scene.trail(of: .tokenRefused).count == 1)
    }

    @Test("Who is not named may not act, nor may anybody through them")
    func notNamed() async throws {
        let scene = try await scene()
        let tokens = try await portalTokens(scene)
        #expect(
            await scene.refusal { try await delegate(tokens.accessToken, to: Self.stock, in: scene) } == .invalidRequest
        )
        let first = try await delegate(tokens.accessToken, to: Self.orders, in: scene)
        #expect(
            await scene.refusal { try await delegate(first.accessToken, to: Self.orders, in: scene) }
                == .invalidRequest,
            "Its own token is none to exchange.")
        #expect(try await scene.trail(of: .tokenRefused).map(\.reason) == ["not_delegated", "target_missing"])
    }

    @Test("A chain has an end")
    func length() async throws {
        let scene = try await scene()
        try await change(service(Self.stock), in: scene) { $0.delegates = [Self.orders] }
        var token = try await portalTokens(scene).accessToken
        for number in 0..<4 {
            token = try await delegate(token, to: number % 2 == 0 ? Self.orders : Self.stock, in: scene).accessToken
        }
        let longest = token
        #expect(
            await scene.refusal { try await delegate(longest, to: Self.orders, in: scene) } == .invalidRequest)
        #expect(try await scene.trail(of: .tokenRefused).map(\.reason) == ["chain_too_long"])
    }

    @Test("Policy is asked for the client that acts as well", arguments: ["provider", "account"])
    func policy(what: String) async throws {
        let scene = try await scene()
        let tokens = try await portalTokens(scene)
        let before = try await delegate(tokens.accessToken, to: Self.orders, in: scene)
        if what == "provider" {
            try await change(service(Self.orders), in: scene) { $0.providers = .only([StubCatalogue.google]) }
            #expect(
                await scene.refusal { try await delegate(tokens.accessToken, to: Self.orders, in: scene) }
                    == .invalidTarget)
        } else {
            let account = try #require(try await scene.trail(of: .authorizationGranted).last?.account)
            try await scene.broker.store.setStatus(
                .disabled, of: account, event: AuditEvent(.accountChanged, at: scene.clock.now, ray: nil))
            #expect(
                await scene.refusal { try await delegate(tokens.accessToken, to: Self.orders, in: scene) }
                    == .invalidRequest)
        }
        #expect(await scene.refusal { try await scene.userInfo(before.accessToken) } == .invalidToken)
        #expect(try await scene.introspect(before.accessToken, as: service(Self.stock)) == .inactive)
    }
}
