import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

@Suite("RFC 8707: tokens for resources that were named")
struct ResourceTests {
    private static let tickets = "https://api.city.example/tickets?v=1"
    private static let payments = "https://api.city.example/payments?v=1"
    private static let kiosk = ClientID(rawValue: "kiosk")

    private func kiosk(_ profile: Client.TokenProfile = .jwt) throws -> Client {
        Client(
            id: Self.kiosk, name: "Kiosk", redirectURIs: [try RedirectURI(registering: "https://kiosk.city.example/")],
            authentication: .secret(PasswordHash(phc: "replaced when registered")),
            grantTypes: [.authorizationCode, .refreshToken, .clientCredentials],
            allowedScope: Scope(["openid", "email", "tickets:read"]), tokenProfile: profile, idTokenAlgorithm: .es256,
            consent: .firstParty, introspection: .allowed(.es256),
            resources: Fixtures.resources("tickets", "payments"))
    }

    private func scene(_ profile: Client.TokenProfile = .jwt) async throws -> Scene {
        let scene = try await Scene()
        try await scene.broker.register(try kiosk(profile))
        try await scene.broker.enrol(.anna)
        return scene
    }

    private func request(_ resources: String...) throws -> SampleRequest {
        resources.reduce(SampleRequest(try kiosk())) { $0.adding("resource", $1) }
    }

    private func redeem(
        _ request: SampleRequest, in scene: Scene, _ resources: String...
    ) async throws -> TokenResponse {
        let code = try await scene.code(for: request, in: scene.browser())
        let form = scene.redemption(of: code, as: try kiosk()) + resources.map { (name: "resource", value: $0) }
        return try await scene.tokens(form, as: try kiosk())
    }

    private func refresh(_ token: Secret?, in scene: Scene, _ resources: String...) async throws -> TokenResponse {
        let fields = [(name: "grant_type", value: "refresh_token"), ("refresh_token", try #require(token).reveal())]
        return try await scene.tokens(fields + resources.map { ("resource", $0) }, as: try kiosk())
    }

    private func audience(_ token: Secret, in scene: Scene) async throws -> [String] {
        guard case .active(let description) = try await scene.introspect(token, as: try kiosk()) else {
            throw UnexpectedStep(found: "an inactive token")
        }
        return description.audience
    }

    @Test("The token is for what was named, and introspection says so", arguments: Client.TokenProfile.allCases)
    func named(profile: Client.TokenProfile) async throws {
        let scene = try await scene(profile)
        let tokens = try await redeem(try request(Self.tickets, Self.payments), in: scene)
        #expect(try await audience(tokens.accessToken, in: scene) == [Self.tickets, Self.payments])
        #expect(try await audience(try #require(tokens.refreshToken), in: scene) == [Self.tickets, Self.payments])
        if profile == .jwt {
            #expect(
                try claims(of: tokens.accessToken)["aud"] == .array([.string(Self.tickets), .string(Self.payments)]))
        }
        #expect(
            await scene.refusal { try await scene.userInfo(tokens.accessToken) } == .invalidToken,
            "A resource could come here with a token that it was shown.")
        #expect(try claims(of: tokens.idToken)["aud"] == "kiosk")
    }

    @Test("One token is for less, and the next for all of it again")
    func narrowed() async throws {
        let scene = try await scene()
        let tokens = try await redeem(try request(Self.tickets, Self.payments), in: scene, Self.payments)
        #expect(try claims(of: tokens.accessToken)["aud"] == .string(Self.payments))
        let second = try await refresh(tokens.refreshToken, in: scene, Self.tickets)
        #expect(try claims(of: second.accessToken)["aud"] == .string(Self.tickets))
        let third = try await refresh(second.refreshToken, in: scene)
        #expect(try await audience(third.accessToken, in: scene) == [Self.tickets, Self.payments])
    }

    @Test("Where none was named, the token is for this broker")
    func none() async throws {
        let scene = try await scene()
        let tokens = try await redeem(try request(), in: scene)
        #expect(try claims(of: tokens.accessToken)["aud"] == .string(scene.environment.issuer.value))
        #expect(try await scene.userInfo(tokens.accessToken).values["email"] != nil)
    }

    @Test("What the authorization request did not name is not had later, and a refresh token survives the attempt")
    func later() async throws {
        let scene = try await scene()
        #expect(await scene.refusal { try await redeem(try request(), in: scene, Self.tickets) } == .invalidTarget)
        let tokens = try await redeem(try request(Self.tickets), in: scene)
        for resource in [Self.payments, "https://elsewhere.example/", "/relative", "https://a.example/#x"] {
            #expect(
                await scene.refusal { try await refresh(tokens.refreshToken, in: scene, resource) } == .invalidTarget)
        }
        #expect(try await refresh(tokens.refreshToken, in: scene).refreshToken != nil)
    }

    @Test(
        "A client asks for its own resources alone, the redirect says so",
        arguments: ["https://elsewhere.example/", "/relative", "https://api.city.example/tickets"])
    func refused(resource: String) async throws {
        let scene = try await scene()
        let step = try await scene.authorize(try request(Self.tickets, resource), in: scene.browser())
        #expect(step.error == .invalidTarget)
    }

    @Test("A service names them as well")
    func service() async throws {
        let scene = try await scene()
        let fields = [(name: "grant_type", value: "client_credentials"), ("resource", Self.tickets)]
        let tokens = try await scene.tokens(fields, as: try kiosk())
        #expect(try claims(of: tokens.accessToken)["aud"] == .string(Self.tickets))
        #expect(try await audience(tokens.accessToken, in: scene) == [Self.tickets])
        let foreign = [(name: "grant_type", value: "client_credentials"), ("resource", "https://elsewhere.example/")]
        #expect(await scene.refusal { try await scene.tokens(foreign, as: try kiosk()) } == .invalidTarget)
    }

    @Test("A client that acts for another goes on to a resource of its own, the token's among them")
    func delegated() async throws {
        let scene = try await scene()
        var gate = try kiosk()
        gate.id = ClientID(rawValue: "gate")
        gate.grantTypes = [.tokenExchange]
        gate.resources = Fixtures.resources("payments")
        try await scene.broker.register(gate)
        var owner = try #require(try await scene.broker.clients.client(Self.kiosk))
        owner.delegates = [gate.id]
        try await scene.broker.store.replace(owner, event: AuditEvent(.clientChanged, at: scene.clock.now, ray: nil))
        let tokens = try await redeem(try request(Self.tickets), in: scene)
        let on = try await scene.exchange(tokens.accessToken, as: gate, ["audience": Self.payments])
        #expect(try claims(of: on.accessToken)["aud"] == .string(Self.payments))
        for named in [["audience": ""], ["audience": "", "resource": Self.tickets]] {
            #expect(
                await scene.refusal { try await scene.exchange(tokens.accessToken, as: gate, named) } == .invalidTarget,
                "That resource is not the gate's, whether or not it says the name.")
        }
        var wider = try #require(try await scene.broker.clients.client(gate.id))
        wider.resources = Fixtures.resources("payments", "tickets")
        try await scene.broker.store.replace(wider, event: AuditEvent(.clientChanged, at: scene.clock.now, ray: nil))
        let same = try await scene.exchange(tokens.accessToken, as: gate, ["audience": ""])
        #expect(try claims(of: same.accessToken)["aud"] == .string(Self.tickets))
    }
}
