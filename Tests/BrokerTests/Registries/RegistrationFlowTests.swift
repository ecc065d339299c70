import Broker
import BrokerTesting
import Connectors
import OAuth
import Storage
import Testing

@Suite("RFC 7591, RFC 7592: clients that register themselves")
struct RegistrationFlowTests {
    private struct Registered {
        let answer: [String: JSONValue]
        let client: Client
        let access: BearerToken
    }

    private static let document: [String: JSONValue] = [
        "client_name": "Parks", "redirect_uris": .array(["https://parks.example/cb"]),
        "grant_types": .array(["authorization_code", "refresh_token"]), "scope": "openid email",
        "token_profile": "jwt", "id_token_signed_response_alg": "ES256",
    ]

    private func desk(_ scene: Scene) -> InitialAccessDesk {
        InitialAccessDesk(
            store: scene.environment.store, clock: scene.clock, random: scene.environment.random,
            ray: RayID(rawValue: 9))
    }

    private func token(
        _ scene: Scene, uses: Int = 1, ceiling: RegistrationCeiling = RegistrationCeiling()
    ) async throws -> BearerToken {
        let order = InitialAccessDesk.Order(note: "", ceiling: ceiling, uses: uses, lifetime: 600)
        return try bearer(try await desk(scene).give(order).token)
    }

    private func bearer(_ token: Secret) throws -> BearerToken {
        try #require(BearerToken(authorization: "Bearer \(token.reveal())"))
    }

    private func members(_ information: ClientInformation) throws -> [String: JSONValue] {
        try #require(try JSONReader.value(of: information.json).object)
    }

    private func register(
        _ scene: Scene, _ changes: [String: JSONValue] = [:], token: BearerToken? = nil
    ) async throws -> Registered {
        let leave: BearerToken
        if let token { leave = token } else { leave = try await self.token(scene) }
        scene.pass()
        let answer = try members(
            try await RegistrationFlow(scene.environment).register(
                .object(Self.document.merging(changes) { _, new in new }), token: leave, visit: scene.browser().visit))
        let id = ClientID(rawValue: try #require(answer["client_id"]?.string))
        let access = try #require(answer["registration_access_token"]?.string)
        return Registered(
            answer: answer, client: try #require(try await scene.environment.store.client(id)),
            access: try bearer(Secret(access)))
    }

    @Test("A client registers with a token, and logs people in with what it was told")
    func register() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let registered = try await register(scene)
        let (client, answer) = (registered.client, registered.answer)
        #expect(client.name == "Parks" && client.consent == .ask && client.tokenProfile == .jwt)
        #expect(client.allowedScope == Scope(["openid", "email"]) && client.idTokenAlgorithm == .es256)
        #expect(answer["token_endpoint_auth_method"] == "client_secret_basic")
        #expect(answer["client_secret_expires_at"] == 0)
        #expect(
            answer["registration_client_uri"] == .string("https://broker.city.example/oauth2/register/\(client.id)"))
        let browser = scene.browser()
        let payload = try #require(
            try await scene.authorize(SampleRequest(client), in: browser).loginPayload)
        let asked = try await scene.logIn(.anna, payload: payload, in: browser)
        let question = try #require(asked.consentPayload, "\(asked)")
        let code = try #require(try await scene.allow(question, in: browser).code)
        let secret = try #require(answer["client_secret"]?.string)
        let tokens = try await scene.tokens(
            scene.redemption(of: code, as: client) + [("client_id", client.id.rawValue), ("client_secret", secret)])
        #expect(try claims(of: tokens.idToken)["aud"] == .string(client.id.rawValue))
        #expect(tokens.refreshToken != nil)
        let event = try #require(try await scene.trail(of: .clientCreated).last)
        #expect(event.client == client.id && event.reason?.hasPrefix("client_token:") == true)
    }

    @Test("What is not said is named, and a public client gets no secret")
    func publicClient() async throws {
        let scene = try await Scene()
        let registered = try await register(
            scene, ["client_name": .null, "token_endpoint_auth_method": "none", "scope": .null])
        #expect(registered.client.isPublic && registered.answer["client_secret"] == nil)
        #expect(registered.answer["client_secret_expires_at"] == nil)
        #expect(registered.client.name == "Client \(registered.client.id)")
        #expect(registered.answer["scope"] == .string(Client.standardScope.wireValue))
    }

    /// A token that registers nothing.
    enum Useless: CaseIterable {
        case none, unknown, usedUp, expired, revoked, ofARegistration
    }

    @Test("Nobody registers without a token that counts", arguments: Useless.allCases)
    func useless(_ kind: Useless) async throws {
        let scene = try await Scene()
        let good = try await token(scene)
        let presented: BearerToken?
        switch kind {
        case .none: presented = nil
        case .unknown: presented = try bearer(Secret("unknown"))
        case .usedUp:
            _ = try await register(scene, token: good)
            presented = good
        case .expired:
            scene.pass(600)
            presented = good
        case .revoked:
            try await desk(scene).revoke(try #require(try await desk(scene).given().first).id)
            presented = good
        case .ofARegistration: presented = try await register(scene).access
        }
        let before = try await scene.environment.store.clients().count
        let refusal = await scene.refusal {
            try await RegistrationFlow(scene.environment).register(
                .object(Self.document), token: presented, visit: scene.browser().visit)
        }
        #expect(refusal == .invalidToken)
        #expect(try await scene.environment.store.clients().count == before)
    }

    @Test(
        "What cannot be registered is refused by its code, and costs no use of the token",
        arguments: [
            ("redirect_uris", .array(["http://parks.example/cb"]), .invalidRedirectURI),
            ("redirect_uris", .array(["https://parks.example/cb", "data:x"]), .invalidRedirectURI),
            ("scope", "openid groups", .invalidClientMetadata),
            ("id_token_signed_response_alg", "ML-DSA-65", .invalidClientMetadata),
            ("providers", .array(["github"]), .invalidClientMetadata),
            ("providers", .array([]), .invalidClientMetadata),
            ("grant_types", .array(["authorization_code", "client_credentials"]), .invalidClientMetadata),
            ("software_statement", "e30.e30.", .unapprovedSoftwareStatement),
            ("sector_identifier_uri", "https://parks.example/apps.json", .invalidClientMetadata),
        ] as [(String, JSONValue, OAuthError.Code)])
    func refused(member: String, value: JSONValue, code: OAuthError.Code) async throws {
        let scene = try await Scene()
        let ceiling = RegistrationCeiling(
            scope: Scope(["openid", "email"]), providers: .only([.local, StubCatalogue.google]))
        let leave = try await token(scene, ceiling: ceiling)
        #expect(await scene.refusal { _ = try await register(scene, [member: value], token: leave) } == code)
        #expect(try await register(scene, token: leave).client.providers == ceiling.providers)
    }

    @Test("A token for providers that are gone registers nobody whom nobody could log in to")
    func goneProviders() async throws {
        let scene = try await Scene()
        let leave = try await token(
            scene, ceiling: RegistrationCeiling(providers: .only([ProviderID(rawValue: "gone")])))
        #expect(await scene.refusal { _ = try await register(scene, token: leave) } == .invalidClientMetadata)
    }

    private static let sector = "https://city.example/apps.json"

    @Test(
        "A sector is a client's only if its document lists every redirect URI",
        arguments: [
            (.array(["https://parks.example/cb", "https://other.example/"]), true),
            (.array(["https://parks.example/cb/", 7]), false), (.array([]), false),
            (.object(["redirect_uris": .array(["https://parks.example/cb"])]), false),
            ("https://parks.example/cb", false), (nil, false),
        ] as [(JSONValue?, Bool)])
    func sector(document: JSONValue?, counts: Bool) async throws {
        let scene = try await Scene()
        if let document { scene.broker.documents.publish(document, at: Self.sector) }
        let leave = try await token(scene)
        let changes: [String: JSONValue] = [
            "subject_type": "pairwise", "sector_identifier_uri": .string(Self.sector),
        ]
        if counts {
            let client = try await register(scene, changes, token: leave).client
            #expect(client.subjects == .pairwise(try Sector(namedBy: Self.sector)))
        } else {
            #expect(
                await scene.refusal { _ = try await register(scene, changes, token: leave) } == .invalidClientMetadata)
        }
        #expect(scene.broker.documents.asked == [Self.sector])
    }

    @Test("The registration is read with its own token, and with no other")
    func read() async throws {
        let scene = try await Scene()
        let (one, two) = (try await register(scene), try await register(scene, ["client_name": "Other"]))
        let flow = RegistrationFlow(scene.environment)
        let visit = scene.browser().visit
        let said = try members(try await flow.read(one.client.id.rawValue, token: one.access, visit: visit))
        #expect(said["client_secret"] == nil, "only its hash is kept")
        #expect(said == one.answer.filter { !["client_secret", "client_secret_expires_at"].contains($0.key) })
        for (id, token) in [
            (two.client.id.rawValue, one.access), ("unknown", one.access), (one.client.id.rawValue, nil),
            ("portal", one.access), (one.client.id.rawValue, try await self.token(scene)),
        ] {
            #expect(await scene.refusal { try await flow.read(id, token: token, visit: visit) } == .invalidToken)
            #expect(
                await scene.refusal { try await flow.delete(id, token: token, visit: visit) } == .invalidToken)
        }
        #expect(try await scene.environment.store.client(one.client.id) != nil)
    }

    @Test("A change replaces everything, and the way the client proves itself goes with it")
    func replace() async throws {
        let scene = try await Scene()
        let registered = try await register(scene)
        let id = registered.client.id.rawValue
        let flow = RegistrationFlow(scene.environment)
        func put(_ changes: [String: JSONValue]) async throws -> [String: JSONValue] {
            scene.pass()
            let document = Self.document.merging(["client_id": .string(id)]) { _, new in new }
                .merging(changes) { _, new in new }
            return try members(
                try await flow.replace(
                    id, by: .object(document), token: registered.access, visit: scene.browser().visit))
        }
        let secret = try #require(registered.answer["client_secret"])
        let renamed = try await put(["client_name": "Green", "scope": "openid", "client_secret": secret])
        #expect(renamed["client_name"] == "Green" && renamed["scope"] == "openid")
        #expect(renamed["client_secret"] == nil, "the secret is as it was")
        #expect(renamed["registration_access_token"] == registered.answer["registration_access_token"])
        let open = try await put(["token_endpoint_auth_method": "none"])
        #expect(open["client_secret"] == nil)
        #expect(try await scene.environment.store.client(registered.client.id)?.isPublic == true)
        let closed = try await put(["token_endpoint_auth_method": "client_secret_post"])
        #expect(closed["client_secret"] != nil && closed["client_secret"] != secret)
        #expect(closed["token_endpoint_auth_method"] == "client_secret_post")
        let foreign: [[String: JSONValue]] = [
            ["client_id": "portal"], ["client_id": .null], ["client_secret": secret], ["scope": "openid admin:all"],
            ["redirect_uris": .array([])],
            // It would learn by which names another sector knows the people it has met.
            ["redirect_uris": .array(["https://victim.example/cb"]), "subject_type": "pairwise"],
        ]
        for changes in foreign {
            let code: OAuthError.Code =
                changes["redirect_uris"] == .array([]) ? .invalidRedirectURI : .invalidClientMetadata
            #expect(await scene.refusal { _ = try await put(changes) } == code, "\(changes)")
        }
        #expect(try await scene.trail(of: .clientChanged).count == 3)
    }

    @Test("Deleting ends what was granted, and the token with it")
    func delete() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let registered = try await register(scene, ["token_endpoint_auth_method": "none"])
        let tokens = try await scene.redeem(
            try await scene.code(for: SampleRequest(registered.client), in: scene.browser()), as: registered.client)
        let flow = RegistrationFlow(scene.environment)
        let (id, visit) = (registered.client.id.rawValue, scene.browser().visit)
        try await flow.delete(id, token: registered.access, visit: visit)
        #expect(await scene.refusal { try await scene.userInfo(tokens.accessToken) } == .invalidToken)
        #expect(
            await scene.refusal { try await flow.read(id, token: registered.access, visit: visit) } == .invalidToken)
        #expect(
            await scene.refusal { try await flow.delete(id, token: registered.access, visit: visit) } == .invalidToken)
        #expect(try await scene.trail(of: .clientDeleted).map(\.client) == [registered.client.id])
    }

    @Test("Revoking the token leaves what was registered with it, and its limits")
    func revoked() async throws {
        let scene = try await Scene()
        let leave = try await token(scene, uses: 5, ceiling: RegistrationCeiling(scope: Scope(["openid", "email"])))
        let registered = try await register(scene, token: leave)
        let given = try #require(try await desk(scene).given().first)
        #expect(given.usesLeft == 4)
        try await desk(scene).revoke(given.id)
        let flow = RegistrationFlow(scene.environment)
        let (id, visit) = (registered.client.id.rawValue, scene.browser().visit)
        _ = try await flow.read(id, token: registered.access, visit: visit)
        let more = Self.document.merging(["client_id": .string(id), "scope": "openid phone"]) { _, new in new }
        #expect(
            await scene.refusal {
                try await flow.replace(id, by: .object(more), token: registered.access, visit: visit)
            } == .invalidClientMetadata)
        #expect(try await scene.trail(of: .clientTokenCreated).count == 1)
        #expect(try await scene.trail(of: .clientTokenRevoked).map(\.reason) == [given.id.rawValue])
    }
}
