import Broker
import BrokerTesting
import Foundation
import OAuth
import Storage
import Testing

@Suite("RFC 6749 §2.3: client authentication")
struct ClientAuthenticationTests {
    private static let right = BrokerFixture.secret(of: ClientID(rawValue: "portal")).reveal()

    private static func basic(_ id: String, _ secret: String) -> String {
        let joined = "\(FormEncoding.encode(id)):\(FormEncoding.encode(secret))"
        return "Basic " + Data(joined.utf8).base64EncodedString()
    }

    /// A request of some client to the token endpoint, wrong only in its grant.
    private func attempt(
        _ scene: Scene, authorization: String? = nil, id: String? = nil, secret: String? = nil
    ) async -> OAuthError.Code? {
        var fields = [(name: "grant_type", value: "refresh_token"), ("refresh_token", "nonsense")]
        if let id { fields.append(("client_id", id)) }
        if let secret { fields.append(("client_secret", secret)) }
        return await scene.refusal { try await scene.tokens(fields, authorization: authorization) }
    }

    /// Who presents what, and how it ends: `invalid_grant` means that the client was let through.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        var authorization: String?
        var id: String?
        var secret: String?
        let answer: OAuthError.Code
    }

    static let rows = [
        Row(testDescription: "basic", authorization: basic("portal", right), answer: .invalidGrant),
        Row(
            testDescription: "basic, other case",
            authorization: basic("portal", right)
                .replacing("Basic", with: "bAsIc"), answer: .invalidGrant),
        Row(
            testDescription: "basic with client_id", authorization: basic("portal", right), id: "portal",
            answer: .invalidGrant),
        Row(testDescription: "post", id: "portal", secret: right, answer: .invalidGrant),
        Row(testDescription: "public", id: "kiosk", answer: .invalidGrant),
        Row(testDescription: "public with an empty secret", id: "kiosk", secret: "", answer: .invalidGrant),
        Row(testDescription: "nobody", answer: .invalidClient),
        Row(testDescription: "unknown, none", id: "nobody", answer: .invalidClient),
        Row(testDescription: "unknown, post", id: "nobody", secret: right, answer: .invalidClient),
        Row(testDescription: "unknown, basic", authorization: basic("nobody", right), answer: .invalidClient),
        Row(testDescription: "malformed id", id: "../portal", secret: right, answer: .invalidClient),
        Row(testDescription: "confidential without secret", id: "portal", answer: .invalidClient),
        Row(testDescription: "wrong secret, post", id: "portal", secret: right + "x", answer: .invalidClient),
        Row(testDescription: "wrong secret, basic", authorization: basic("portal", "x"), answer: .invalidClient),
        Row(testDescription: "empty secret, basic", authorization: basic("portal", ""), answer: .invalidClient),
        Row(testDescription: "another client's secret", id: "transport", secret: right, answer: .invalidClient),
        Row(
            testDescription: "the hash itself", id: "portal", secret: "$argon2id$v=19$m=8,t=1,p=1$",
            answer: .invalidClient),
        Row(testDescription: "public with a secret, post", id: "kiosk", secret: right, answer: .invalidClient),
        Row(
            testDescription: "public with a secret, basic", authorization: basic("kiosk", right),
            answer: .invalidClient),
        Row(
            testDescription: "two ways at once", authorization: basic("portal", right), secret: right,
            answer: .invalidRequest),
        Row(
            testDescription: "two clients at once", authorization: basic("portal", right), id: "kiosk",
            answer: .invalidRequest),
        Row(testDescription: "another scheme", authorization: "Bearer \(right)", answer: .invalidClient),
        Row(testDescription: "basic without colon", authorization: "Basic cG9ydGFs", answer: .invalidClient),
        Row(testDescription: "basic that is no Base64", authorization: "Basic %%%", answer: .invalidClient),
        Row(testDescription: "basic that is no UTF-8", authorization: "Basic //86//8=", answer: .invalidClient),
        Row(testDescription: "basic alone", authorization: "Basic", answer: .invalidClient),
        Row(
            testDescription: "a very long secret", id: "portal", secret: String(repeating: "x", count: 513),
            answer: .invalidRequest),
    ]

    @Test("Who is let through as what", arguments: rows)
    func matrix(row: Row) async throws {
        let scene = try await Scene()
        var kiosk = try Client.parking
        kiosk.id = ClientID(rawValue: "kiosk")
        kiosk.grantTypes = [.authorizationCode, .refreshToken]
        try await scene.broker.register(kiosk)
        let answer = await attempt(scene, authorization: row.authorization, id: row.id, secret: row.secret)
        #expect(answer == row.answer)
    }

    @Test(
        "A secret may hold any character, form-encoded before it is Base64 (RFC 6749 §2.3.1)",
        arguments: [
            "with:colon", "a+b c%d", "žltý 🐎", "=&?#",
        ])
    func encodedSecrets(secret: String) async throws {
        let scene = try await Scene()
        _ = try await scene.broker.clients.rotateSecret(of: ClientID(rawValue: "portal"), to: Secret(secret))
        #expect(await attempt(scene, authorization: Self.basic("portal", secret)) == .invalidGrant)
        #expect(await attempt(scene, id: "portal", secret: secret) == .invalidGrant)
    }

    @Test("Argon2 is paid for once: a secret that was verified is known again without it")
    func cached() async throws {
        let scene = try await Scene()
        let id = ClientID(rawValue: "portal")
        let cache = scene.environment.verifiedSecrets
        guard case .secret(let hash) = try #require(try await scene.broker.store.client(id)).authentication else {
            throw UnexpectedStep(found: "a public client")
        }
        #expect(!cache.contains(Secret(Self.right), of: id, hash: hash))
        #expect(await attempt(scene, id: "portal", secret: Self.right) == .invalidGrant)
        #expect(cache.contains(Secret(Self.right), of: id, hash: hash))
        // A hash that no hasher can verify: whoever gets through now was let through by the cache alone.
        var broken = try #require(try await scene.broker.store.client(id))
        let unusable = PasswordHash(phc: "no hash at all")
        broken.authentication = .secret(unusable)
        try await scene.broker.store.replace(broken, event: .sample(.clientChanged))
        cache.insert(Secret(Self.right), of: id, hash: unusable)
        #expect(await attempt(scene, id: "portal", secret: Self.right) == .invalidGrant)
        await #expect(throws: PasswordHasher.UnusableHash.self) {
            try await scene.tokens([("client_id", "portal"), ("client_secret", "wrong")])
        }
    }

    @Test("A wrong secret is never remembered")
    func wrongNotCached() async throws {
        let scene = try await Scene()
        for _ in 0..<2 { #expect(await attempt(scene, id: "portal", secret: "wrong") == .invalidClient) }
        #expect(await attempt(scene, id: "portal", secret: Self.right) == .invalidGrant)
        #expect(await attempt(scene, id: "portal", secret: "wrong") == .invalidClient)
    }

    @Test("A rotated secret stops counting at once, however often it was used")
    func rotated() async throws {
        let scene = try await Scene()
        #expect(await attempt(scene, id: "portal", secret: Self.right) == .invalidGrant)
        let registration = try await scene.broker.clients.rotateSecret(of: ClientID(rawValue: "portal"), to: nil)
        let new = try #require(registration.generatedSecret).reveal()
        #expect(await attempt(scene, id: "portal", secret: Self.right) == .invalidClient)
        #expect(await attempt(scene, id: "portal", secret: new) == .invalidGrant)
    }

    @Test("A deleted client's secret stops counting at once")
    func deleted() async throws {
        let scene = try await Scene()
        #expect(await attempt(scene, id: "portal", secret: Self.right) == .invalidGrant)
        try await scene.broker.clients.delete(ClientID(rawValue: "portal"))
        #expect(await attempt(scene, id: "portal", secret: Self.right) == .invalidClient)
    }

    @Test(
        "The grant type is read only after the client is known",
        arguments: [
            ("password", OAuthError.Code.unsupportedGrantType), ("", .invalidRequest),
            ("client_credentials", .unauthorizedClient), ("Authorization_Code", .unsupportedGrantType),
        ])
    func grantTypes(grantType: String, code: OAuthError.Code) async throws {
        let scene = try await Scene()
        let fields = [(name: "grant_type", value: grantType)]
        #expect(await scene.refusal { try await scene.tokens(fields, as: try .portal) } == code)
        #expect(
            await scene.refusal {
                try await scene.tokens(fields + [("client_id", "portal"), ("client_secret", "wrong")])
            } == .invalidClient)
    }
}
