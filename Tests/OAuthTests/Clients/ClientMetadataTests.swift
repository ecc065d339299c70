import OAuth
import Testing

@Suite("RFC 7591 §2: client metadata")
struct ClientMetadataTests {
    private static func client(_ json: String, hash: PasswordHash? = nil) throws -> Client {
        try UntrustedJSON.decode(ClientMetadata.self, from: Array(json.utf8)).client(secretHash: hash)
    }

    /// The member of a minimal client that is found at fault.
    private static func flaw(_ members: String) throws -> String? {
        let separator = members.isEmpty ? "" : ","
        do {
            _ = try client(#"{"client_id":"app","redirect_uris":["https://a.example/cb"]\#(separator)\#(members)}"#)
            return nil
        } catch let flaw as ClientMetadata.Flaw {
            return flaw.member
        }
    }

    private static let exchanging =
        #""grant_types":["urn:ietf:params:oauth:grant-type:token-exchange"],"client_secret":"s""#
    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    @Test("A full registration is read, every value in its type")
    func full() throws {
        let hash = PasswordHash(phc: "$argon2id$")
        let client = try Self.client(
            """
            {"client_id":"app","client_secret":"s","client_name":"Žltá appka","logo_uri":"https://a.example/logo.svg",
            "redirect_uris":["https://a.example/cb","http://127.0.0.1/cb"],
            "post_logout_redirect_uris":["https://a.example/"],"token_endpoint_auth_method":"client_secret_basic",
            "grant_types":["authorization_code"],"response_types":["code"],"scope":"openid email",
            "id_token_signed_response_alg":"ES256","token_profile":"jwt","first_party":true,"providers":["google"],
            "introspection":true,"introspection_signed_response_alg":"ES256",
            "backchannel_logout_uri":"https://a.example/out?x=1","backchannel_logout_session_required":true,
            "frontchannel_logout_uri":"https://a.example/frame","frontchannel_logout_session_required":true}
            """, hash: hash)
        #expect(client.id.rawValue == "app" && client.name == "Žltá appka")
        #expect(client.logoURI == "https://a.example/logo.svg")
        #expect(client.redirectURIs.map(\.value) == ["https://a.example/cb", "http://127.0.0.1/cb"])
        #expect(client.postLogoutRedirectURIs == ["https://a.example/"])
        #expect(client.authentication == .secret(hash) && !client.isPublic)
        #expect(client.grantTypes == [.authorizationCode] && client.allowedScope == Scope(["openid", "email"]))
        #expect(client.idTokenAlgorithm == .es256 && client.tokenProfile == .jwt && client.consent == .firstParty)
        #expect(client.providers == .only([ProviderID(rawValue: "google")]))
        #expect(client.introspection == .allowed(.es256))
        #expect(client.backChannelLogout == (try LogoutChannel("https://a.example/out?x=1", session: .required)))
        #expect(client.frontChannelLogout == (try LogoutChannel("https://a.example/frame", session: .required)))
    }

    @Test("What is not said is the standard's default, or ours")
    func defaults() throws {
        let client = try Self.client(#"{"client_id":"app","redirect_uris":["https://a.example/cb"],"logo_uri":null}"#)
        #expect(client.name == "app" && client.logoURI == nil && client.isPublic)
        #expect(
            client.grantTypes == [.authorizationCode, .refreshToken] && client.allowedScope == Client.standardScope)
        #expect(client.idTokenAlgorithm == .rs256 && client.tokenProfile == .sealed && client.consent == .ask)
        #expect(client.providers == .any && client.providers.accepts(ProviderID(rawValue: "anything")))
        #expect(client.introspection == .refused)
        #expect(client.backChannelLogout == nil)
    }

    @Test(
        "A member that is unknown, of another type or not allowed is refused by name",
        arguments: [
            ("", nil),
            (#""client_uri":"https://a.example""#, "client_uri"),
            (#""redirect_uri":"https://a.example/cb""#, "redirect_uri"),
            (#""Client_Name":"App""#, "Client_Name"),
            (#""jwks":{}"#, "jwks"),
            (#""jwks":"https://a.example/jwks""#, "jwks"),
            (#""token_endpoint_auth_method":"private_key_jwt""#, "jwks"),
            (#""token_endpoint_auth_method":"none","jwks":{"keys":[]}"#, "jwks"),
            (#""grant_types":["client_credentials"]"#, "grant_types"),
            (#""grant_types":["client_credentials"],"client_secret":"s""#, nil),
            (#""client_name":7"#, "client_name"),
            (#""client_name":"""#, "client_name"),
            (#""client_name":"a\u0000b""#, "client_name"),
            (#""client_name":"a\nb""#, "client_name"),
            (#""client_name":"\u009b31m""#, "client_name"),
            (#""client_name":"\#(String(repeating: "a", count: 201))""#, "client_name"),
            (#""logo_uri":"javascript:alert(1)""#, "logo_uri"),
            (#""logo_uri":"data:image/svg+xml,x""#, "logo_uri"),
            (#""logo_uri":"http://a.example/logo.svg""#, "logo_uri"),
            (#""logo_uri":"com.example.app:/logo""#, "logo_uri"),
            (#""logo_uri":"https://a.example;img-src/logo""#, "logo_uri"),
            (#""post_logout_redirect_uris":["javascript:x"]"#, "post_logout_redirect_uris"),
            (#""post_logout_redirect_uris":"https://a.example""#, "post_logout_redirect_uris"),
            (#""backchannel_logout_uri":"http://127.0.0.1:8123/out""#, nil),
            (#""backchannel_logout_uri":"http://a.example/out""#, "backchannel_logout_uri"),
            (#""backchannel_logout_uri":"https://a.example/out#here""#, "backchannel_logout_uri"),
            (#""backchannel_logout_uri":"https://b@a.example/out""#, "backchannel_logout_uri"),
            (#""backchannel_logout_uri":"com.example.app:/out""#, "backchannel_logout_uri"),
            (#""backchannel_logout_uri":"/out""#, "backchannel_logout_uri"),
            (#""backchannel_logout_uri":["https://a.example/out"]"#, "backchannel_logout_uri"),
            (#""frontchannel_logout_uri":"https://a.example/out""#, nil),
            (#""frontchannel_logout_uri":"https://b.example/out""#, "frontchannel_logout_uri"),
            (#""frontchannel_logout_uri":"https://a.example:8443/out""#, "frontchannel_logout_uri"),
            (#""frontchannel_logout_uri":"http://a.example/out""#, "frontchannel_logout_uri"),
            (#""frontchannel_logout_uri":"https://a.example/out#here""#, "frontchannel_logout_uri"),
            (#""frontchannel_logout_session_required":false"#, "frontchannel_logout_session_required"),
            (#""backchannel_logout_session_required":true"#, "backchannel_logout_session_required"),
            (
                #""backchannel_logout_uri":"https://a.example/out","backchannel_logout_session_required":"true""#,
                "backchannel_logout_session_required"
            ),
            (#""introspection":"yes","client_secret":"s""#, "introspection"),
            (#""introspection":true"#, "introspection"),
            (#""introspection":true,"token_endpoint_auth_method":"none""#, "introspection"),
            (#""introspection_signed_response_alg":"RS256""#, "introspection_signed_response_alg"),
            (
                #""introspection":true,"client_secret":"s","introspection_signed_response_alg":"none""#,
                "introspection_signed_response_alg"
            ),
            (#""introspection":true,"client_secret":"s""#, nil),
            (#""token_profile":"opaque""#, "token_profile"),
            (#""id_token_signed_response_alg":"none""#, "id_token_signed_response_alg"),
            (#""id_token_signed_response_alg":"HS256""#, "id_token_signed_response_alg"),
            (#""id_token_signed_response_alg":"rs256""#, "id_token_signed_response_alg"),
            (#""grant_types":["password"]"#, "grant_types"),
            (#""grant_types":["implicit","authorization_code"]"#, "grant_types"),
            (#""grant_types":"authorization_code""#, "grant_types"),
            (#""response_types":["token"]"#, "response_types"),
            (#""response_types":["code","code id_token"]"#, "response_types"),
            (#""response_types":[]"#, "response_types"),
            (#""scope":"open\"id""#, "scope"),
            (#""scope":["openid"]"#, "scope"),
            (#""first_party":"true""#, "first_party"),
            (#""first_party":1"#, "first_party"),
            (#""providers":"google""#, "providers"),
            (#""providers":["Google"]"#, "providers"),
            (#""providers":["google",""]"#, "providers"),
            (#""providers":["../google"]"#, "providers"),
            (#""client_secret":7"#, "client_secret"),
            (#""resources":["https://api.example/","urn:tickets"],"delegates":["api"]"#, nil),
            (#""resources":["/api"]"#, "resources"),
            (#""resources":["https://api.example/#x"]"#, "resources"),
            (#""resources":"https://api.example/""#, "resources"),
            (#""resources":[\#(String(repeating: #""a:b","#, count: 16))"a:b"]"#, "resources"),
            (#""delegates":["../api"]"#, "delegates"),
            (#""delegates":["app"]"#, "delegates"),
            (#""delegates":"api""#, "delegates"),
            (#""grant_types":["urn:ietf:params:oauth:grant-type:token-exchange"]"#, "grant_types"),
            (#""upstream_token_providers":["google"],"client_secret":"s""#, "upstream_token_providers"),
            (exchanging + #","upstream_token_providers":["Google"]"#, "upstream_token_providers"),
            (exchanging + #","upstream_token_providers":"google""#, "upstream_token_providers"),
            (exchanging + #","upstream_token_providers":["google"]"#, nil),
            (#""upstream_token_encryption":"dir","client_secret":"s""#, "upstream_token_encryption"),
            (#""upstream_token_encryption":{"k":7},"client_secret":"s""#, "upstream_token_encryption"),
            (#""upstream_token_encryption":{"x":7},"client_secret":"s""#, "upstream_token_encryption"),
            (#""upstream_token_encryption":{"alg":"dir"},"client_secret":"s""#, "upstream_token_encryption"),
            (
                #""upstream_token_encryption":{"alg":"dir","enc":"A256GCM","k":"AAEC"},"client_secret":"s""#,
                "upstream_token_encryption"
            ),
            (#""upstream_token_encryption":{"alg":"dir","enc":"A256GCM","k":"\#(key)"}"#, "upstream_token_encryption"),
            (
                #""upstream_token_encryption":{"alg":"dir","enc":"A256GCM","k":"\#(key)","kid":""},"client_secret":"s""#,
                "upstream_token_encryption"
            ),
            (
                #""upstream_token_encryption":{"alg":"dir","enc":"A256GCM","k":"\#(key)","kid":"1"},"client_secret":"s""#,
                nil
            ),
        ] as [(String, String?)])
    func refused(members: String, member: String?) throws {
        #expect(try Self.flaw(members) == member)
    }

    @Test(
        "A client needs a name, and a redirect URI where it asks for codes",
        arguments: [
            (#"{}"#, "client_id"),
            (#"{"client_id":""}"#, "client_id"),
            (#"{"client_id":"a b"}"#, "client_id"),
            (#"{"client_id":"../a"}"#, "client_id"),
            (#"{"client_id":7}"#, "client_id"),
            (#"{"client_id":"app"}"#, "redirect_uris"),
            (#"{"client_id":"app","redirect_uris":[]}"#, "redirect_uris"),
            (#"{"client_id":"app","redirect_uris":"https://a.example/cb"}"#, "redirect_uris"),
            (#"{"client_id":"app","redirect_uris":["https://a.example/cb","http://a.example/cb"]}"#, "redirect_uris"),
            (#"{"client_id":"app","redirect_uris":["https://*.a.example/cb"]}"#, "redirect_uris"),
        ])
    func needed(json: String, member: String) {
        let flaw = #expect(throws: ClientMetadata.Flaw.self) { try Self.client(json) }
        #expect(flaw?.member == member)
    }

    @Test(
        "A secret, or a method that needs one, makes a client confidential",
        arguments: [
            (nil, nil, .nothing), (nil, "s", .secret), ("none", nil, .nothing), ("client_secret_basic", nil, .secret),
            ("client_secret_post", "s", .secret), ("private_key_jwt", nil, .keys),
        ] as [(String?, String?, ClientMetadata.Proof)])
    func confidential(method: String?, secret: String?, expected: ClientMetadata.Proof) throws {
        var metadata = ClientMetadata(clientID: "app", redirectURIs: [])
        metadata.tokenEndpointAuthMethod = method
        metadata.clientSecret = secret.map(Secret.init)
        #expect(try metadata.proof() == expected)
    }

    @Test(
        "A public client with a secret and an unknown method are refused",
        arguments: [
            ("none", "s", "client_secret"), ("private_key_jwt", "s", "client_secret"),
            ("", nil, "token_endpoint_auth_method"), ("Client_Secret_Basic", "s", "token_endpoint_auth_method"),
        ] as [(String, String?, String)])
    func method(method: String, secret: String?, member: String) {
        var metadata = ClientMetadata(clientID: "app", redirectURIs: [])
        metadata.tokenEndpointAuthMethod = method
        metadata.clientSecret = secret.map(Secret.init)
        let flaw = #expect(throws: ClientMetadata.Flaw.self) { try metadata.proof() }
        #expect(flaw?.member == member)
    }

    @Test("A complaint names the redirect URI and its flaw, and never the secret")
    func complaint() throws {
        let json = #"{"client_id":"app","client_secret":"hunter2","redirect_uris":["https://a.example/#x"]}"#
        let flaw = #expect(throws: ClientMetadata.Flaw.self) { try Self.client(json) }
        #expect(flaw?.description == "redirect_uris: https://a.example/#x has a fragment")
        let metadata = try UntrustedJSON.decode(ClientMetadata.self, from: Array(json.utf8))
        #expect(!"\(metadata)".contains("hunter2"))
    }
}
