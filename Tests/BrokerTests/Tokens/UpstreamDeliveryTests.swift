import Broker
import BrokerTesting
import Connectors
import Crypto
import Foundation
import OAuth
import Testing

@Suite("RFC 7516: upstream tokens encrypted to the client's own key")
struct UpstreamDeliveryTests {
    private static let keyText = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    private func register(
        _ profile: String, in scene: Scene, _ change: (inout UpstreamTokenRegistration) -> Void = { _ in }
    ) async throws -> Client {
        var metadata = ClientMetadata(clientID: "kiosk", redirectURIs: ["https://kiosk.city.example/back"])
        metadata.clientSecret = BrokerFixture.secret(of: ClientID(rawValue: "kiosk"))
        metadata.firstParty = true
        metadata.tokenProfile = profile
        var registration = UpstreamTokenRegistration(keyID: "kiosk-1", key: Secret(Self.keyText))
        change(&registration)
        metadata.upstreamTokenEncryption = registration
        return try await scene.broker.clients.register(metadata).client
    }

    private func open(_ token: Secret?, keyText: String = keyText) throws -> String {
        let parts = try #require(token).reveal().split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.map { Base64URL.decode($0) }
        try #require(parts.count == 5)
        let box = try AES.GCM.SealedBox(
            nonce: AES.GCM.Nonce(data: try #require(bytes[2])), ciphertext: try #require(bytes[3]),
            tag: try #require(bytes[4]))
        let key = SymmetricKey(data: try #require(Base64URL.decode(keyText)))
        return String(
            decoding: try AES.GCM.open(box, using: key, authenticating: Array(parts[0].utf8)), as: UTF8.self)
    }

    @Test("A redeemed code brings them beside the client's own tokens", arguments: ["sealed", "jwt"])
    func redemption(profile: String) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let kiosk = try await register(profile, in: scene)
        let tokens = try await scene.redeem(
            try await scene.bridgedCode(for: SampleRequest(kiosk), in: scene.browser()), as: kiosk)
        #expect(try open(tokens.upstream?.accessToken) == "upstream-access-of-city-pool-Anna")
        #expect(try open(tokens.upstream?.idToken) == "upstream-id-of-city-pool-Anna")
        #expect(try await scene.userInfo(tokens.accessToken).values["email"] == "anna@city.example")
    }

    @Test("A refresh brings fresh ones, in either profile", arguments: ["sealed", "jwt"])
    func refreshing(profile: String) async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let kiosk = try await register(profile, in: scene)
        scene.catalogue.pool.answer {
            $0.refresh = .success(UpstreamTokens(accessToken: Secret("second"), refreshToken: Secret("r-2")))
        }
        let first = try await scene.redeem(
            try await scene.bridgedCode(for: SampleRequest(kiosk), in: scene.browser()), as: kiosk)
        let second = try await scene.refresh(try #require(first.refreshToken), as: kiosk)
        #expect(try open(second.upstream?.accessToken) == "second")
        #expect(second.upstream?.idToken == nil)
        let again = try await scene.refresh(try #require(first.refreshToken), as: kiosk)
        #expect(try open(again.upstream?.accessToken) == "second", "The grace window yields the same.")
        #expect(again.upstream?.accessToken != second.upstream?.accessToken, "No initialization vector comes twice.")
        #expect(
            scene.catalogue.pool.record.refreshed.map(\.refreshToken) == [Secret("upstream-refresh-of-city-pool-Anna")])
    }

    @Test("A client without a key, and a login without upstream tokens, bring none")
    func none() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        let code = try await scene.bridgedCode(for: SampleRequest(try .transport), in: scene.browser())
        #expect(try await scene.redeem(code, as: try .transport).upstream == nil)
        let local = try await Scene()
        let kiosk = try await register("sealed", in: local)
        try await local.broker.enrol(.anna)
        let tokens = try await local.redeem(
            try await local.code(for: SampleRequest(kiosk), in: local.browser()), as: kiosk)
        #expect(tokens.upstream == nil)
    }

    @Test("The key rests sealed, and opens nothing for another client")
    func sealed() async throws {
        let scene = try await Scene(frontEnd: Scene.frontEnd)
        var kiosk = try await register("sealed", in: scene)
        let encryption = try #require(kiosk.upstreamTokenEncryption)
        #expect(try !scene.databaseHolds(Self.keyText))
        #expect(throws: SealingFlaw.notAuthentic) {
            try scene.environment.keyRing.open(encryption.sealedKey, as: .accessToken)
        }
        // Another row's key, put in this one's place by whoever can write to the database, encrypts nothing.
        kiosk.id = ClientID(rawValue: "thief")
        try await scene.broker.register(kiosk)
        let code = try await scene.bridgedCode(for: SampleRequest(kiosk), in: scene.browser())
        await #expect(throws: SealingFlaw.notAuthentic) { try await scene.redeem(code, as: kiosk) }
    }

    @Test(
        "What is no key of 32 bytes for dir and A256GCM is not registered",
        arguments: [
            ("RSA-OAEP", "A256GCM", keyText), ("dir", "A128GCM", keyText), ("dir", "A256GCM", "AAECAwQFBgc"),
            ("dir", "A256GCM", nil), (nil, "A256GCM", keyText), ("dir", nil, keyText),
        ] as [(String?, String?, String?)])
    func refused(algorithm: String?, encryption: String?, key: String?) async throws {
        let scene = try await Scene()
        let flaw = await #expect(throws: ClientMetadata.Flaw.self) {
            try await register("sealed", in: scene) {
                $0.algorithm = algorithm
                $0.encryption = encryption
                $0.key = key.map(Secret.init)
            }
        }
        #expect(flaw?.member == "upstream_token_encryption")
    }
}
