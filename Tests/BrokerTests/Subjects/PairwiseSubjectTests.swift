import Broker
import BrokerTesting
import OAuth
import Storage
import Testing

@Suite("OIDC Core §8: every sub that a pairwise client sees is its sector's own")
struct PairwiseSubjectTests {
    /// A client of the sector `sector`, like the portal but for that.
    private static func client(
        _ id: String, sector: String?, profile: Client.TokenProfile = .jwt
    ) throws -> Client {
        var client = try Client.portal
        client.id = ClientID(rawValue: id)
        client.tokenProfile = profile
        client.consent = .firstParty
        client.introspection = .allowed(.es256)
        client.postLogoutRedirectURIs = ["https://portal.city.example/bye"]
        client.subjects = sector.map { .pairwise(Sector(storedHost: $0, uri: nil)) } ?? .shared
        return client
    }

    private func scene(_ clients: [Client]) async throws -> (scene: Scene, anna: AccountID) {
        let scene = try await Scene()
        for client in clients { try await scene.broker.register(client) }
        return (scene, try await scene.broker.enrol(.anna).account.id)
    }

    private func tokens(_ scene: Scene, _ client: Client, in browser: TestBrowser) async throws -> TokenResponse {
        try await scene.redeem(try await scene.code(for: SampleRequest(client), in: browser), as: client)
    }

    @Test("ID token, userinfo, access token and introspection agree", arguments: Client.TokenProfile.allCases)
    func everywhere(profile: Client.TokenProfile) async throws {
        let client = try Self.client("shop", sector: "shop.example", profile: profile)
        let (scene, anna) = try await scene([client])
        let tokens = try await tokens(scene, client, in: scene.browser())
        let name = try #require(try claims(of: tokens.idToken)["sub"]?.string)
        #expect(name == scene.environment.subject(of: anna, for: client))
        #expect(name != anna.rawValue && name.utf8.count == 43)
        #expect(try await scene.userInfo(tokens.accessToken).values["sub"] == .string(name))
        if profile == .jwt { #expect(try claims(of: tokens.accessToken)["sub"] == .string(name)) }
        for token in [tokens.accessToken, try #require(tokens.refreshToken)] {
            #expect(try await scene.introspect(token, as: client).active?.subject == name)
        }
        scene.pass()
        let refreshed = try await scene.refresh(try #require(tokens.refreshToken), as: client)
        #expect(try claims(of: refreshed.idToken)["sub"] == .string(name))
        #expect(try await scene.userInfo(refreshed.accessToken).values["sub"] == .string(name))
    }

    @Test("Clients of one sector share a name, those of another do not, and the others see the account's own")
    func sectors() async throws {
        let one = try Self.client("one", sector: "shop.example")
        let two = try Self.client("two", sector: "shop.example")
        let other = try Self.client("other", sector: "bank.example")
        let shared = try Self.client("shared", sector: nil)
        let (scene, anna) = try await scene([one, two, other, shared])
        let browser = scene.browser()
        var names: [String?] = []
        for client in [one, two, other, shared] {
            names.append(try claims(of: try await tokens(scene, client, in: browser).idToken)["sub"]?.string)
        }
        #expect(names[0] == names[1] && names[0] != names[2] && names[3] == anna.rawValue)
        #expect(names[0] != anna.rawValue && names[2] != anna.rawValue)
    }

    @Test("A service that is sent another's token learns the name of its own sector")
    func foreignIntrospection() async throws {
        let shop = try Self.client("shop", sector: "shop.example")
        let sealed = try Self.client("sealed", sector: "shop.example", profile: .sealed)
        let bank = try Self.client("bank", sector: "bank.example")
        let tickets = try Self.client("tickets", sector: nil)
        let (scene, anna) = try await scene([shop, sealed, bank, tickets])
        let browser = scene.browser()
        for holder in [shop, sealed] {
            let token = try await tokens(scene, holder, in: browser).accessToken
            for asking in [shop, bank, tickets] {
                let said = try #require(try await scene.introspect(token, as: asking).active)
                #expect(said.subject == scene.environment.subject(of: anna, for: asking))
                #expect(said.clientID == holder.id.rawValue)
            }
        }
    }

    @Test("An id_token_hint holds the request to the person behind the name", arguments: [nil, "none"] as [String?])
    func hint(prompt: String?) async throws {
        let client = try Self.client("shop", sector: "shop.example")
        let (scene, _) = try await scene([client])
        let browser = scene.browser()
        let idToken = try #require(try await tokens(scene, client, in: browser).idToken)
        let request = SampleRequest(client).with("id_token_hint", idToken.reveal()).with("prompt", prompt)
        #expect(try await scene.authorize(request, in: browser).code != nil)
        try await scene.broker.enrol(.boris)
        let others = scene.browser()
        _ = try await scene.code(for: SampleRequest(client), as: .boris, in: others)
        let step = try await scene.authorize(request, in: others)
        #expect(prompt == nil ? step.loginPayload != nil : step.error == .loginRequired)
    }

    @Test("A logout's id_token_hint is recognised by the name, also once the session is another")
    func logout() async throws {
        let client = try Self.client("shop", sector: "shop.example")
        let (scene, _) = try await scene([client])
        let hint = try #require(try await tokens(scene, client, in: scene.browser()).idToken)
        let later = scene.browser()
        _ = try await tokens(scene, client, in: later)
        let outcome = try await LogoutFlow(scene.environment).logOut(
            LogoutFlow.Request(
                idTokenHint: hint, clientID: nil, postLogoutRedirectURI: client.postLogoutRedirectURIs.first,
                state: nil, formToken: nil), visit: later.visit)
        guard case .go(.client(let address), _) = outcome else { throw UnexpectedStep(found: "\(outcome)") }
        #expect(address == "https://portal.city.example/bye")
    }
}

extension IntrospectionResponse {
    /// What is said of a token that counts.
    fileprivate var active: Description? {
        guard case .active(let description) = self else { return nil }
        return description
    }
}
