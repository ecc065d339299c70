import OAuth
import Testing

@Suite("RFC 8414, OIDC Discovery §3: server metadata")
struct ServerMetadataTests {
    private static func document() throws -> [String: JSONValue] {
        let text = try JSON.text(of: ServerMetadata(issuer: "https://id.example"))
        return try #require(JSON.decode(JSONValue.self, text).object)
    }

    private static let methods = ["client_secret_basic", "client_secret_post", "private_key_jwt"]

    @Test(
        "An endpoint is where the routes put it",
        arguments: [
            ("issuer", "https://id.example"),
            ("authorization_endpoint", "https://id.example/oauth2/authorize"),
            ("token_endpoint", "https://id.example/oauth2/token"),
            ("device_authorization_endpoint", "https://id.example/oauth2/device_authorization"),
            ("revocation_endpoint", "https://id.example/oauth2/revoke"),
            ("introspection_endpoint", "https://id.example/oauth2/introspect"),
            ("userinfo_endpoint", "https://id.example/oauth2/userinfo"),
            ("jwks_uri", "https://id.example/oauth2/jwks"),
            ("registration_endpoint", "https://id.example/oauth2/register"),
            ("end_session_endpoint", "https://id.example/oauth2/logout"),
        ])
    func endpoints(name: String, value: String) throws {
        #expect(try Self.document()[name] == .string(value))
    }

    @Test(
        "What the server can do is listed, and what it refuses is not",
        arguments: [
            ("response_types_supported", ["code"]),
            ("response_modes_supported", ["query", "form_post"]),
            (
                "grant_types_supported",
                [
                    "authorization_code", "client_credentials", "refresh_token",
                    "urn:ietf:params:oauth:grant-type:device_code",
                    "urn:ietf:params:oauth:grant-type:token-exchange",
                ]
            ),
            ("subject_types_supported", ["public", "pairwise"]),
            ("id_token_signing_alg_values_supported", ["RS256", "ES256", "EdDSA", "ML-DSA-65"]),
            ("token_endpoint_auth_methods_supported", methods + ["none"]),
            ("revocation_endpoint_auth_methods_supported", methods + ["none"]),
            ("introspection_endpoint_auth_methods_supported", methods),
            ("token_endpoint_auth_signing_alg_values_supported", ["RS256", "PS256", "ES256", "EdDSA"]),
            ("revocation_endpoint_auth_signing_alg_values_supported", ["RS256", "PS256", "ES256", "EdDSA"]),
            ("introspection_endpoint_auth_signing_alg_values_supported", ["RS256", "PS256", "ES256", "EdDSA"]),
            ("introspection_signing_alg_values_supported", ["RS256", "ES256", "EdDSA", "ML-DSA-65"]),
            ("code_challenge_methods_supported", ["S256"]),
            ("acr_values_supported", ["0"]),
            ("claim_types_supported", ["normal"]),
            ("ui_locales_supported", ["en", "sk"]),
            ("prompt_values_supported", ["none", "login", "consent", "select_account"]),
            ("scopes_supported", Client.standardScope.tokens),
        ])
    func lists(name: String, values: [String]) throws {
        #expect(try Self.document()[name] == .array(values.map(JSONValue.string)))
    }

    @Test(
        "Each switch says what is so",
        arguments: [
            ("authorization_response_iss_parameter_supported", true), ("claims_parameter_supported", true),
            ("backchannel_logout_supported", true), ("backchannel_logout_session_supported", true),
            ("frontchannel_logout_supported", true), ("frontchannel_logout_session_supported", true),
            ("request_parameter_supported", false), ("request_uri_parameter_supported", false),
        ])
    func switches(name: String, value: Bool) throws {
        #expect(try Self.document()[name] == .bool(value))
    }

    @Test("Every claim is named once, the broker's own and those of the scopes")
    func claims() throws {
        let names = try #require(Self.document()["claims_supported"]?.array).compactMap(\.string)
        let own = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "acr", "idp", "sid", "at_hash"]
        #expect(Set(names).count == names.count)
        #expect(Set(names).isSuperset(of: own + ScopeCatalogue.standard.claims))
    }

    @Test("A deployment's own scopes and their claims are listed too")
    func ownScopes() throws {
        let own = ScopeCatalogue.standard.adding([ScopeEntry(name: "identity:verified", claims: ["level", "email"])])
        let text = try JSON.text(of: ServerMetadata(issuer: "https://id.example", scopes: own))
        let document = try #require(JSON.decode(JSONValue.self, text).object)
        #expect(document["scopes_supported"]?.array?.last == "identity:verified")
        let claims = try #require(document["claims_supported"]?.array)
        #expect(claims.contains("level"))
        #expect(claims.filter { $0 == "email" }.count == 1)
    }

    @Test("The document is the same whenever it is written")
    func stable() throws {
        let texts = try (0..<8).map { _ in try JSON.text(of: ServerMetadata(issuer: "i")) }
        #expect(Set(texts).count == 1)
    }
}
