import Broker
import BrokerTesting
import Crypto
import Foundation
import OAuth
import Storage
import Testing

@Suite("RFC 6749 §4.4, RFC 7523: services, and clients that sign")
struct ServiceTokenTests {
    private static let key = P256.Signing.PrivateKey()
    private static let billing = ClientID(rawValue: "billing")

    /// The public halves of `keys`, named k1, k2 and so on.
    private static func keySet(_ keys: P256.Signing.PrivateKey...) throws -> ClientKeySet {
        let published = keys.enumerated().map { number, key in
            let point = Array(key.publicKey.rawRepresentation)
            return JSONValue.object([
                "kty": "EC", "crv": "P-256", "kid": .string("k\(number + 1)"),
                "x": .string(Base64URL.encode(point.prefix(32))), "y": .string(Base64URL.encode(point.suffix(32))),
            ])
        }
        return try ClientKeySet(checking: .object(["keys": .array(published)]))
    }

    /// A service that signs, and may read and write tickets.
    private func scene(_ profile: Client.TokenProfile = .jwt, keys: ClientKeySet? = nil) async throws -> Scene {
        let scene = try await Scene()
        try await scene.broker.register(
            Client(
                id: Self.billing, name: "Billing", redirectURIs: [],
                authentication: .keys(try keys ?? Self.keySet(Self.key)), grantTypes: [.clientCredentials],
                allowedScope: Scope(["openid", "email", "tickets:read", "tickets:write"]), tokenProfile: profile))
        return scene
    }

    /// The claims of a good assertion; `changes` bend them, null leaves one out.
    private func claims(
        _ scene: Scene, id: String = "once", _ changes: [String: JSONValue] = [:]
    ) -> [String: JSONValue] {
        let now = Int64(scene.clock.now.timeIntervalSince1970)
        let good: [String: JSONValue] = [
            "iss": "billing", "sub": "billing", "aud": .string(scene.environment.issuer.value),
            "exp": .integer(now + 60), "iat": .integer(now), "jti": .string(id),
        ]
        return good.merging(changes) { _, new in new }.filter { $0.value != .null }
    }

    private func assertion(
        _ claims: [String: JSONValue], header: String = #"{"alg":"ES256","kid":"k1"}"#,
        key: P256.Signing.PrivateKey = ServiceTokenTests.key
    ) throws -> String {
        let payload = Base64URL.encode(Array(try JSONEncoder().encode(claims)))
        let input = Base64URL.encode(Array(header.utf8)) + "." + payload
        let signature = try key.signature(for: Data(input.utf8)).rawRepresentation
        return input + "." + Base64URL.encode(Array(signature))
    }

    private func ask(_ scene: Scene, _ assertion: String, scope: String? = nil) async throws -> TokenResponse {
        var fields = [
            (name: "grant_type", value: "client_credentials"), ("client_assertion", assertion),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ]
        if let scope { fields.append(("scope", scope)) }
        return try await scene.tokens(fields)
    }

    private func token(_ scene: Scene, id: String = "once", scope: String? = nil) async throws -> TokenResponse {
        try await ask(scene, try assertion(claims(scene, id: id)), scope: scope)
    }

    private func revoke(_ scene: Scene, _ token: Secret, id: String) async throws {
        let fields = [
            (name: "token", value: token.reveal()), ("client_assertion", try assertion(claims(scene, id: id))),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ]
        try await RevocationFlow(scene.environment).revoke(
            try FormParameters(decoding: FormEncoding.encode(fields).utf8), authorization: nil,
            visit: scene.browser().visit)
    }

    @Test(
        "A service gets an access token for itself, and neither refresh nor ID token",
        arguments: [
            (nil, ["tickets:read", "tickets:write"]), ("tickets:read", ["tickets:read"]),
        ] as [(String?, [String])])
    func service(scope: String?, held: [String]) async throws {
        let scene = try await scene()
        let tokens = try await token(scene, scope: scope)
        #expect(tokens.refreshToken == nil && tokens.idToken == nil && tokens.expiresIn == 3600)
        #expect(tokens.scope.tokens == held)
        let said = try BrokerTests.claims(of: tokens.accessToken)
        #expect(said["sub"] == "billing" && said["client_id"] == "billing" && said["grant_id"] == nil)
        let event = try #require(try await scene.trail(of: .tokenIssued).last)
        #expect(event.client == Self.billing && event.account == nil && event.reason == "client_credentials")
    }

    @Test("What is about a person, or not the service's, it cannot have", arguments: ["openid", "email", "tickets:x"])
    func foreignScope(scope: String) async throws {
        let scene = try await scene()
        #expect(await scene.refusal { try await token(scene, scope: scope) } == .invalidScope)
    }

    @Test(
        "Its token speaks for no person, is described as what it is, and ends when it is given back",
        arguments: Client.TokenProfile.allCases)
    func life(profile: Client.TokenProfile) async throws {
        let scene = try await scene(profile)
        let token = try await token(scene, id: "1").accessToken
        #expect(await scene.refusal { try await scene.userInfo(token) } == .insufficientScope)
        guard case .active(let description) = try await scene.introspect(token, as: try .transport) else {
            throw UnexpectedStep(found: "an inactive token")
        }
        #expect(description.subject == "billing" && description.person == nil)
        try await revoke(scene, token, id: "2")
        #expect(try await scene.introspect(token, as: try .transport) == .inactive)
        #expect(try await scene.trail(of: .tokenRevoked).count == 1)
    }

    @Test("A token of a service whose right was taken away counts no longer")
    func rightTaken() async throws {
        let scene = try await scene()
        let token = try await token(scene).accessToken
        var client = try #require(try await scene.broker.store.client(Self.billing))
        client.grantTypes = []
        try await scene.broker.store.replace(client, event: .sample(.clientChanged))
        #expect(try await scene.introspect(token, as: try .transport) == .inactive)
    }

    @Test("A client that is not registered for it gets none, a public one never")
    func notRegistered() async throws {
        let scene = try await scene()
        for client in [try Client.portal, try .parking] {
            #expect(
                await scene.refusal { try await scene.tokens([("grant_type", "client_credentials")], as: client) }
                    == .unauthorizedClient)
        }
        var kiosk = try Client.parking
        kiosk.id = ClientID(rawValue: "kiosk")
        kiosk.grantTypes = [.clientCredentials]
        try await scene.broker.register(kiosk)
        #expect(
            await scene.refusal { try await scene.tokens([("grant_type", "client_credentials")], as: kiosk) }
                == .unauthorizedClient)
    }

    @Test("An assertion counts once, however many present it at once")
    func once() async throws {
        let scene = try await scene()
        let assertion = try assertion(claims(scene))
        let outcomes = await withTaskGroup(of: OAuthError.Code?.self) { group in
            for _ in 0..<20 { group.addTask { await scene.refusal { try await ask(scene, assertion) } } }
            return await group.reduce(into: [OAuthError.Code?]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == nil } == 1)
        #expect(outcomes.count { $0 == .invalidClient } == 19)
    }

    @Test("Issuer or token endpoint may be its audience, alone or together")
    func audiences() async throws {
        let scene = try await scene()
        let issuer = scene.environment.issuer.value
        let good: [JSONValue] = [
            .string(issuer), .string(issuer + "/oauth2/token"), .array([.string(issuer)]),
            .array([.string(issuer), .string(issuer + "/oauth2/token")]),
        ]
        for (number, audience) in good.enumerated() {
            _ = try await ask(scene, try assertion(claims(scene, id: "\(number)", ["aud": audience])))
        }
    }

    /// What is wrong with an assertion.
    static let flaws: [[String: JSONValue]] = [
        ["iss": "portal"], ["sub": "portal"], ["sub": "portal", "iss": "portal"], ["sub": "nobody", "iss": "nobody"],
        ["iss": .null], ["sub": .null], ["sub": "../x"], ["aud": .null], ["aud": "https://evil.example"], ["aud": 7],
        ["aud": .array([])], ["aud": .array(["https://broker.city.example", "https://evil.example"])],
        ["aud": "https://broker.city.example/"], ["aud": "https://broker.city.example/oauth2/authorize"],
        ["exp": .null], ["exp": 1], ["exp": 99_999_999_999], ["exp": "soon"], ["exp": .number(1e300)],
        ["nbf": 99_999_999_999], ["iat": 99_999_999_999], ["jti": .null], ["jti": ""], ["jti": 7],
        ["jti": .string(String(repeating: "x", count: 257))],
    ]

    @Test("Any other assertion is no proof", arguments: flaws)
    func flawed(changes: [String: JSONValue]) async throws {
        let scene = try await scene()
        let assertion = try assertion(claims(scene, changes))
        #expect(await scene.refusal { try await ask(scene, assertion) } == .invalidClient)
    }

    @Test(
        "The registered key decides, never the token",
        arguments: [
            #"{"alg":"none"}"#, #"{"alg":"HS256","kid":"k1"}"#, #"{"alg":"RS256","kid":"k1"}"#, #"{"alg":"ES384"}"#,
            #"{"alg":"ES256","kid":"other"}"#, #"{"alg":"es256"}"#, #"{"alg":"ES256","crit":["b64"],"b64":false}"#,
            "[]",
        ])
    func headers(header: String) async throws {
        let scene = try await scene()
        let assertion = try assertion(claims(scene), header: header)
        #expect(await scene.refusal { try await ask(scene, assertion) } == .invalidClient)
    }

    @Test("Without a name any of the registered keys will do, and no other", arguments: 0...5)
    func unnamedKey(place: Int) async throws {
        var others = (0..<5).map { _ in P256.Signing.PrivateKey() }
        others.insert(Self.key, at: place)
        let scene = try await scene(
            keys: Self.keySet(others[0], others[1], others[2], others[3], others[4], others[5]))
        let header = #"{"alg":"ES256"}"#
        _ = try await ask(scene, try assertion(claims(scene), header: header))
        let forged = try assertion(claims(scene, id: "twice"), header: header, key: P256.Signing.PrivateKey())
        #expect(await scene.refusal { try await ask(scene, forged) } == .invalidClient)
    }

    @Test("A stranger's signature is none, and uses up no name")
    func strangersKey() async throws {
        let scene = try await scene()
        let forged = try assertion(claims(scene), key: P256.Signing.PrivateKey())
        #expect(await scene.refusal { try await ask(scene, forged) } == .invalidClient)
        _ = try await token(scene)
    }

    @Test(
        "One way to prove oneself is enough, and a half is none",
        arguments: [
            ([("client_assertion", "a.b.c")], OAuthError.Code.invalidRequest),
            ([("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")], .invalidRequest),
            ([("client_assertion", "a.b.c"), ("client_assertion_type", "saml2-bearer")], .invalidRequest),
        ] as [([(name: String, value: String)], OAuthError.Code)])
    func halves(fields: [(name: String, value: String)], code: OAuthError.Code) async throws {
        let scene = try await scene()
        let form = fields + [("grant_type", "client_credentials"), ("client_id", "billing")]
        #expect(await scene.refusal { try await scene.tokens(form) } == code)
    }

    @Test("A client with keys has no other way in, and one without has no keys")
    func otherMethods() async throws {
        let scene = try await scene()
        let form = [(name: "grant_type", value: "client_credentials"), ("client_id", "billing")]
        #expect(await scene.refusal { try await scene.tokens(form) } == .invalidClient)
        #expect(
            await scene.refusal { try await scene.tokens(form + [("client_secret", "x")]) } == .invalidClient)
        let portal = try assertion(claims(scene, ["iss": "portal", "sub": "portal"]))
        #expect(await scene.refusal { try await ask(scene, portal) } == .invalidClient)
        let both = try assertion(claims(scene))
        #expect(
            await scene.refusal {
                try await scene.tokens(
                    form + [
                        ("client_secret", "x"), ("client_assertion", both),
                        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                    ])
            } == .invalidRequest)
    }
}
