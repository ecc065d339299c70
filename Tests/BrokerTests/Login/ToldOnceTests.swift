import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("Claims that a provider says only once")
struct ToldOnceTests {
    private func claims(
        _ scene: Scene, _ said: [String: JSONValue], toldOnce: Set<String>
    ) async throws -> [String: JSONValue] {
        let sample = UpstreamLogin.sample(.anna, at: StubCatalogue.google)
        let login = UpstreamLogin(
            subject: sample.subject, claims: PersonClaims(said), tokens: sample.tokens, authenticatedAt: nil,
            methods: [], toldOnce: toldOnce)
        scene.catalogue.google.answer { $0.login = .success(login) }
        let browser = scene.browser()
        let step = try await scene.authorize(SampleRequest(.parking), in: browser)
        _ = try await scene.logIn(at: StubCatalogue.google, payload: try #require(step.loginPayload), in: browser)
        let person = try await scene.environment.store.person(provider: StubCatalogue.google, subject: login.subject)
        return try #require(person).identity.claims.values
    }

    @Test("Apple's name at the first consent is still known the second time; an address it no longer says is not")
    func remembered() async throws {
        let scene = try await Scene()
        let names: Set = ["name", "given_name"]
        let first: [String: JSONValue] = ["name": "Anna Nová", "given_name": "Anna", "email": "anna@city.example"]
        #expect(try await claims(scene, first, toldOnce: names) == first)
        #expect(try await claims(scene, [:], toldOnce: names) == ["name": "Anna Nová", "given_name": "Anna"])
        #expect(
            try await claims(scene, ["name": "Anna Stará"], toldOnce: names)
                == ["name": "Anna Stará", "given_name": "Anna"])
        #expect(try await claims(scene, [:], toldOnce: []) == [:])
    }

    @Test(
        "Microsoft's tenants are judged by the claim",
        arguments: [
            (["tid": "11111111-2222-3333-4444-555555555555"], true), (["tid": "other"], false), ([:], false),
            (["tid": .array(["11111111-2222-3333-4444-555555555555"])], false),
        ] as [([String: JSONValue], Bool)])
    func tenants(said: [String: JSONValue], isAdmitted: Bool) async throws {
        let scene = try await Scene()
        scene.catalogue.set(
            StubCatalogue.google, admission: AdmissionRule(tenants: ["11111111-2222-3333-4444-555555555555"]))
        if isAdmitted {
            #expect(try await claims(scene, said, toldOnce: []) == said)
        } else {
            await #expect(throws: Refusal.loginNotAllowed) { try await claims(scene, said, toldOnce: []) }
        }
    }
}
