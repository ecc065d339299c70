import Broker
import BrokerTesting
import OAuth
import Storage
import Testing

@Suite("RFC 7591 §2: registering clients")
struct ClientRegistryTests {
    private func metadata(_ change: (inout ClientMetadata) -> Void = { _ in }) -> ClientMetadata {
        var metadata = ClientMetadata(clientID: "kiosk", redirectURIs: ["https://kiosk.city.example/back"])
        metadata.tokenEndpointAuthMethod = "client_secret_basic"
        change(&metadata)
        return metadata
    }

    @Test("A confidential client without a secret is given one, which is kept as a hash alone")
    func generatedSecret() async throws {
        let scene = try await Scene()
        let registration = try await scene.broker.clients.register(metadata())
        let secret = try #require(registration.generatedSecret)
        #expect(secret.count >= 43)
        #expect(!(try scene.databaseHolds(secret.reveal())))
        let code = await scene.refusal {
            try await scene.tokens([
                ("client_id", "kiosk"), ("client_secret", secret.reveal()), ("grant_type", "refresh_token"),
                ("refresh_token", "x"),
            ])
        }
        #expect(code == .invalidGrant, "The secret itself is accepted.")
        #expect(try await scene.trail(of: .clientCreated).last?.client == ClientID(rawValue: "kiosk"))
    }

    @Test("A secret that was brought is neither made nor shown")
    func ownSecret() async throws {
        let scene = try await Scene()
        let registration = try await scene.broker.clients.register(metadata { $0.clientSecret = Secret("brought") })
        #expect(registration.generatedSecret == nil)
        #expect(!registration.client.isPublic)
    }

    @Test("A public client has no secret")
    func publicClient() async throws {
        let scene = try await Scene()
        let registration = try await scene.broker.clients.register(
            metadata { $0.tokenEndpointAuthMethod = "none" })
        #expect(registration.generatedSecret == nil)
        #expect(registration.client.isPublic)
        await #expect(throws: ClientMetadata.Flaw.self) {
            try await scene.broker.clients.rotateSecret(of: ClientID(rawValue: "kiosk"), to: nil)
        }
    }

    /// What is wrong, and the member it is blamed on.
    struct Mistake: CustomTestStringConvertible {
        let testDescription: String
        let member: String
        let change: @Sendable (inout ClientMetadata) -> Void
    }

    static let mistakes = [
        Mistake(testDescription: "id", member: "client_id") { $0.clientID = "../up" },
        Mistake(testDescription: "no id", member: "client_id") { $0.clientID = "" },
        Mistake(testDescription: "name", member: "client_name") { $0.clientName = "two\nlines" },
        Mistake(testDescription: "long name", member: "client_name") {
            $0.clientName = String(repeating: "x", count: 201)
        },
        Mistake(testDescription: "script as logo", member: "logo_uri") { $0.logoURI = "javascript:alert(1)" },
        Mistake(testDescription: "plain http logo", member: "logo_uri") { $0.logoURI = "http://logo.example/a.png" },
        Mistake(testDescription: "fragment", member: "redirect_uris") { $0.redirectURIs = ["https://a.example/#x"] },
        Mistake(testDescription: "plain http", member: "redirect_uris") { $0.redirectURIs = ["http://a.example/"] },
        Mistake(testDescription: "script", member: "redirect_uris") { $0.redirectURIs = ["javascript:alert(1)"] },
        Mistake(testDescription: "user information", member: "redirect_uris") {
            $0.redirectURIs = ["https://a@b.example/"]
        },
        Mistake(testDescription: "after logout", member: "post_logout_redirect_uris") {
            $0.postLogoutRedirectURIs = ["//a.example"]
        },
        Mistake(testDescription: "auth method", member: "token_endpoint_auth_method") {
            $0.tokenEndpointAuthMethod = "tls_client_auth"
        },
        Mistake(testDescription: "keys missing", member: "jwks") { $0.tokenEndpointAuthMethod = "private_key_jwt" },
        Mistake(testDescription: "secret of a public client", member: "client_secret") {
            $0.tokenEndpointAuthMethod = "none"
            $0.clientSecret = Secret("s")
        },
        Mistake(testDescription: "empty secret", member: "client_secret") { $0.clientSecret = Secret("") },
        Mistake(testDescription: "long secret", member: "client_secret") {
            $0.clientSecret = Secret(String(repeating: "x", count: 513))
        },
        Mistake(testDescription: "grant type", member: "grant_types") { $0.grantTypes = ["password"] },
        Mistake(testDescription: "response type", member: "response_types") { $0.responseTypes = ["token"] },
        Mistake(testDescription: "scope", member: "scope") { $0.scope = "op\"enid" },
        Mistake(testDescription: "algorithm", member: "id_token_signed_response_alg") {
            $0.idTokenSignedResponseAlg = "none"
        },
        Mistake(testDescription: "profile", member: "token_profile") { $0.tokenProfile = "clear" },
    ]

    @Test("What cannot be registered is refused by the member at fault, and nothing is kept", arguments: mistakes)
    func refused(mistake: Mistake) async throws {
        let scene = try await Scene()
        let flaw = await #expect(throws: ClientMetadata.Flaw.self) {
            try await scene.broker.clients.register(metadata(mistake.change))
        }
        #expect(flaw?.member == mistake.member)
        #expect(try await scene.broker.clients.client(ClientID(rawValue: "kiosk")) == nil)
    }

    @Test("An id is taken once")
    func taken() async throws {
        let scene = try await Scene()
        _ = try await scene.broker.clients.register(metadata())
        await #expect(throws: StoreError.conflict) {
            try await scene.broker.clients.register(metadata { $0.clientName = "Another" })
        }
        #expect(try await scene.broker.clients.client(ClientID(rawValue: "kiosk"))?.name != "Another")
    }

    @Test("A secret brought for a rotation is held to what registration holds it to", arguments: ["", "long"])
    func rotation(kind: String) async throws {
        let scene = try await Scene()
        let secret = kind.isEmpty ? "" : String(repeating: "x", count: 513)
        let flaw = await #expect(throws: ClientMetadata.Flaw.self) {
            try await scene.broker.clients.rotateSecret(of: ClientID(rawValue: "portal"), to: Secret(secret))
        }
        #expect(flaw?.member == "client_secret")
    }

    @Test("Who does not exist cannot be changed")
    func unknown() async throws {
        let scene = try await Scene()
        let nobody = ClientID(rawValue: "nobody")
        await #expect(throws: StoreError.notFound) { try await scene.broker.clients.rotateSecret(of: nobody, to: nil) }
        await #expect(throws: StoreError.notFound) { try await scene.broker.clients.delete(nobody) }
    }
}
