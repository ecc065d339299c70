import OAuth
import Testing

@Suite("RFC 7591 §2: what a client says of itself")
struct ClientRegistrationRequestTests {
    private static func read(_ text: String) throws -> ClientRegistrationRequest {
        try ClientRegistrationRequest(try UntrustedJSON.decode(JSONValue.self, from: Array(text.utf8)))
    }

    /// A client that registers itself with `members`, under `ceiling`.
    private static func client(
        _ members: String, ceiling: RegistrationCeiling = RegistrationCeiling()
    ) throws -> Client {
        let comma = members.isEmpty ? "" : ","
        var metadata = try read(#"{"redirect_uris":["https://a.example/cb"]\#(comma)\#(members)}"#).metadata
            .limited(to: ceiling)
        metadata.clientID = "app"
        return try metadata.client(secretHash: PasswordHash(phc: "$argon2id$"))
    }

    @Test("What it does not say is the RFC's default, and what nobody knows means nothing")
    func defaults() throws {
        let request = try Self.read(
            """
            {"redirect_uris":["https://a.example/cb"],"application_type":"web","contacts":["a@b"],"tos_uri":"x",
            "jwks_uri":"http://10.0.0.1/","jwks":"none","default_max_age":1,"client_name#sk":"Parky","logo_uri":null}
            """)
        #expect(request.authenticationMethod == "client_secret_basic" && request.clientID == nil)
        #expect(request.metadata.jwks == nil && request.metadata.grantTypes == ["authorization_code"])
        let client = try Self.client("")
        #expect(client.grantTypes == [.authorizationCode] && client.consent == .ask)
        #expect(client.allowedScope == Client.standardScope && client.introspection == .refused)
        #expect(client.providers == .any && client.subjects == .shared)
    }

    @Test("What an operator alone can give is not heard")
    func operatorsOwn() throws {
        let client = try Self.client(
            #""first_party":true,"introspection":true,"introspection_signed_response_alg":"ES256""#)
        #expect(client.consent == .ask && client.introspection == .refused)
    }

    @Test("It gets what the operator allows, and no more")
    func ceiling() throws {
        let google = ProviderID(rawValue: "google")
        let local = ProviderID(rawValue: "local")
        let ceiling = RegistrationCeiling(scope: Scope(["openid", "email"]), providers: .only([google, local]))
        let usual = try Self.client("", ceiling: ceiling)
        #expect(usual.allowedScope == Scope(["openid", "email"]) && usual.providers == .only([google, local]))
        let less = try Self.client(#""scope":"openid","providers":["local"]"#, ceiling: ceiling)
        #expect(less.allowedScope == Scope(["openid"]) && less.providers == .only([local]))
        for members in [#""scope":"openid phone""#, #""providers":["github"]"#, #""providers":["local","github"]"#] {
            #expect(throws: ClientMetadata.Flaw.self) { try Self.client(members, ceiling: ceiling) }
        }
        #expect(try Self.client(#""providers":["github"]"#).providers == .only([ProviderID(rawValue: "github")]))
    }

    private static let many = (0..<17).map { "\"https://a.example/\($0)\"" }.joined(separator: ",")

    private static let overlong = String(repeating: "a ", count: 600)

    @Test(
        "What cannot be registered is refused by name",
        arguments: [
            (#"[]"#, "client metadata"),
            (#"{}"#, "redirect_uris"),
            (#"{"redirect_uris":[]}"#, "redirect_uris"),
            (#"{"redirect_uris":"https://a.example/cb"}"#, "redirect_uris"),
            (#"{"redirect_uris":[1]}"#, "redirect_uris"),
            (#"{"redirect_uris":["http://a.example/cb"]}"#, "redirect_uris"),
            (#"{"redirect_uris":["https://a.example/cb#x"]}"#, "redirect_uris"),
            (#"{"redirect_uris":["javascript:alert(1)"]}"#, "redirect_uris"),
            (#"{"redirect_uris":["https://a.example/*"]}"#, nil),
            (#"{"redirect_uris":[\#(many)]}"#, "redirect_uris"),
            (#"{"redirect_uris":["https://a.example/cb"],"scope":7}"#, "scope"),
            (#"{"redirect_uris":["https://a.example/cb"],"scope":"openid admin:all"}"#, "scope"),
            (#"{"redirect_uris":["https://a.example/cb"],"scope":"\#(overlong)"}"#, "scope"),
            (#"{"redirect_uris":["https://a.example/cb"],"grant_types":["client_credentials"]}"#, "grant_types"),
            (
                #"{"redirect_uris":["https://a.example/cb"],"grant_types":["authorization_code","password"]}"#,
                "grant_types"
            ),
            (#"{"redirect_uris":["https://a.example/cb"],"grant_types":["refresh_token"]}"#, "grant_types"),
            (#"{"redirect_uris":["https://a.example/cb"],"grant_types":[]}"#, "grant_types"),
            (#"{"redirect_uris":["https://a.example/cb"],"response_types":["token"]}"#, "response_types"),
            (
                #"{"redirect_uris":["https://a.example/cb"],"token_endpoint_auth_method":"tls_client_auth"}"#,
                "token_endpoint_auth_method"
            ),
            (
                #"{"redirect_uris":["https://a.example/cb"],"token_endpoint_auth_method":"private_key_jwt"}"#, "jwks"
            ),
            (
                #"{"redirect_uris":["https://a.example/cb"],"token_endpoint_auth_method":"private_key_jwt","#
                    + #""jwks_uri":"https://a.example/jwks"}"#, "jwks_uri"
            ),
            (
                #"{"redirect_uris":["https://a.example/cb"],"token_endpoint_auth_method":"private_key_jwt","#
                    + #""jwks":{"keys":[{"kty":"oct","k":"AA"}]}}"#, "jwks"
            ),
            (#"{"redirect_uris":["https://a.example/cb"],"client_name":"a\u0000"}"#, "client_name"),
            (#"{"redirect_uris":["https://a.example/cb"],"logo_uri":"data:,x"}"#, "logo_uri"),
            (#"{"redirect_uris":["https://a.example/cb"],"subject_type":"odd"}"#, "subject_type"),
            (
                #"{"redirect_uris":["https://a.example/cb"],"id_token_signed_response_alg":"none"}"#,
                "id_token_signed_response_alg"
            ),
        ] as [(String, String?)])
    func flaws(text: String, member: String?) throws {
        do {
            var metadata = try Self.read(text).metadata.limited(to: RegistrationCeiling())
            metadata.clientID = "app"
            _ = try metadata.client(secretHash: nil)
            #expect(member == nil)
        } catch ClientRegistrationRequest.Refusal.flaw(let flaw) {
            #expect(flaw.member == member)
        } catch let flaw as ClientMetadata.Flaw {
            #expect(flaw.member == member)
        }
    }

    @Test("A software statement is refused as such")
    func softwareStatement() {
        #expect(throws: ClientRegistrationRequest.Refusal.softwareStatement) {
            try Self.read(#"{"redirect_uris":["https://a.example/cb"],"software_statement":"e30.e30."}"#)
        }
    }

    @Test("What is said of a flaw fits into an error_description (RFC 6749 §5.2)")
    func description() {
        let error = OAuthError(
            ClientMetadata.Flaw("redirect_uris", "\"žltý\"\\\n" + String(repeating: "a", count: 999)))
        #expect(error.code == .invalidRedirectURI && error.description.utf8.count <= 300)
        #expect(error.description.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        #expect(OAuthError(ClientMetadata.Flaw("scope", "x")).code == .invalidClientMetadata)
    }
}
