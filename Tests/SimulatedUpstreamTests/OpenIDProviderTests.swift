import Crypto
import HTTPTypes
import HummingbirdTesting
import OAuth
import SimulatedUpstream
import Testing

@Suite("OpenID provider with hosted pages") struct OpenIDProviderTests {
    @Test func `Code, PKCE, state and nonce go round, and the ID token verifies`() async throws {
        try await Fixture().test { client in
            let callback = try await client.hostedLogin(.good)
            #expect(callback["state"] == "abc")
            #expect(callback["iss"] == "http://upstream.example")
            let response = try await client.redeem(try #require(callback["code"]))
            #expect(response.status == .ok)
            #expect(response.headers[.cacheControl] == "no-store")
            let tokens = try response.json()
            let identity = try ParsedToken(try #require(tokens["id_token"]?.string))
            let published = try await client.keySet()
            #expect(try await identity.isSigned(under: published))
            #expect(identity.claims["iss"] == "http://upstream.example")
            #expect(identity.claims["aud"] == "broker")
            #expect(identity.claims["nonce"] == "n-0S6")
            #expect(identity.claims["token_use"] == nil)
            #expect(identity.claims["preferred_username"] == "zuzana")

            let access = try #require(tokens["access_token"]?.string)
            #expect(!access.contains("."))
            let hash = Base64URL.encode(SHA256.hash(data: Array(access.utf8)).prefix(16))
            #expect(identity.claims["at_hash"] == .string(hash))
            let user = try await client.get("/oauth2/userInfo", authorization: "Bearer \(access)").json()
            #expect(user["sub"] == .string(Fixture.person.subject))
            #expect(user["email_verified"] == true)
        }
    }

    @Test func `A pool client gets Cognito-shaped tokens from the same pages, and userinfo writes truth as text`()
        async throws
    {
        try await Fixture().test { client in
            let callback = try await client.hostedLogin(.good.with("client_id", "front-end"))
            #expect(callback["iss"] == nil)
            let code = try #require(callback["code"])
            let response = try await client.post(
                "/oauth2/token",
                [
                    ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Fixture.callback),
                    ("client_id", "front-end"), ("code_verifier", AuthorizationFields.verifier),
                ])
            let tokens = try response.json()
            let access = try #require(tokens["access_token"]?.string)
            #expect(try ParsedToken(access).claims["scope"] == "openid email")
            let user = try await client.get("/oauth2/userInfo", authorization: "Bearer \(access)").json()
            #expect(user["email_verified"] == "true")
            #expect(user["username"] == "zuzana")
        }
    }

    @Test(arguments: [
        "http://broker.example/login/pool/callback/", "http://broker.example/login/pool/Callback",
        "http://broker.example/login/pool/callback?x=1", "http://broker.example/login/pool/callbac",
        "https://broker.example/login/pool/callback", "",
    ])
    func `A redirect URI that is not exactly registered gets a page and no redirect`(uri: String) async throws {
        try await Fixture().test { client in
            let response = try await client.get(AuthorizationFields.good.with("redirect_uri", uri).path)
            #expect(response.status == .badRequest)
            #expect(response.headers[.location] == nil)
        }
    }

    @Test(arguments: [
        (AuthorizationFields.good.with("response_type", "token"), "unsupported_response_type"),
        (AuthorizationFields.good.with("code_challenge_method", "plain"), "invalid_request"),
        (AuthorizationFields.good.with("code_challenge_method", ""), "invalid_request"),
        (AuthorizationFields.good.with("scope", "email"), "invalid_scope"),
        (AuthorizationFields.good.with("prompt", "none"), "login_required"),
        (AuthorizationFields.good.with("client_id", "front-end").without("code_challenge"), "invalid_request"),
        (AuthorizationFields.good.adding("state", "again"), "invalid_request"),
    ])
    func `A bad request goes back to the client`(fields: AuthorizationFields, error: String) async throws {
        try await Fixture().test { client in
            let callback = try await client.get(fields.path).redirectFields()
            #expect(callback["error"] == error)
            #expect(callback["code"] == nil)
            #expect(callback["state"] == "abc")
        }
    }

    @Test func `A wrong password shows the form again`() async throws {
        try await Fixture().test { client in
            let page = try await client.get(AuthorizationFields.good.path)
            let refused = try await client.post(
                "/login",
                [("interaction", try page.interaction()), ("username", "zuzana"), ("password", "guess")])
            #expect(refused.status == .unauthorized)
            let accepted = try await client.post(
                "/login",
                [
                    ("interaction", try refused.interaction()), ("username", "zuzana"),
                    ("password", "correct horse"),
                ])
            #expect(accepted.status == .found)
        }
    }

    @Test(arguments: [
        [("code_verifier", "")], [("code_verifier", "another-verifier-of-sufficient-length-0123456789")],
        [("redirect_uri", "http://broker.example/")], [("code", "guess")],
    ])
    func `A code is not redeemed with anything wrong`(changes: [(String, String)]) async throws {
        try await Fixture().test { client in
            let code = try #require(try await client.hostedLogin(.good)["code"])
            let response = try await client.redeem(code, changes: changes)
            #expect(response.status == .badRequest)
            #expect(try response.json()["error"] == "invalid_grant")
        }
    }

    @Test func `A code is redeemed once`() async throws {
        try await Fixture().test { client in
            let code = try #require(try await client.hostedLogin(.good)["code"])
            #expect(try await client.redeem(code).status == .ok)
            #expect(try await client.redeem(code).status == .badRequest)
        }
    }

    @Test(arguments: [
        "Basic YnJva2VyOndyb25n", "Basic !!!", "Bearer YnJva2VyOnMzY3JldC8r", "Basic YnJva2Vy",
    ])
    func `A client that cannot prove itself gets a 401`(authorization: String) async throws {
        try await Fixture().test { client in
            let response = try await client.post(
                "/oauth2/token", [("grant_type", "refresh_token"), ("refresh_token", "x")],
                authorization: authorization)
            #expect(response.status == .unauthorized)
            #expect(response.headers[.wwwAuthenticate] != nil)
        }
    }

    @Test func `The session answers the next request, and logging out ends it`() async throws {
        try await Fixture().test { client in
            let page = try await client.get(AuthorizationFields.good.path)
            let login = try await client.post(
                "/login",
                [("interaction", try page.interaction()), ("username", "zuzana"), ("password", "correct horse")])
            let cookie = try #require(login.headers[.setCookie]?.split(separator: ";").first.map(String.init))
            let silent = AuthorizationFields.good.with("prompt", "none").path
            #expect(try await client.get(silent, cookie: cookie).redirectFields()["code"] != nil)

            let target = FormFields.encode([("logout_uri", "http://broker.example/signed-out")])
            let logout = try await client.get("/logout?client_id=front-end&\(target)", cookie: cookie)
            #expect(logout.headers[.location] == "http://broker.example/signed-out")
            #expect(try await client.get(silent, cookie: cookie).redirectFields()["error"] == "login_required")
        }
    }

    @Test func `Logging out goes nowhere that is not registered`() async throws {
        try await Fixture().test { client in
            let logout = try await client.get("/logout?client_id=front-end&logout_uri=http%3A%2F%2Fevil.example")
            #expect(logout.status == .badRequest)
            #expect(logout.headers[.location] == nil)
        }
    }

    @Test func `Each face publishes its own issuer`() async throws {
        try await Fixture().test { client in
            let plain = try await client.get("/.well-known/openid-configuration").json()
            let pool = try await client.get("/eu-central-1_Drawbridge/.well-known/openid-configuration").json()
            #expect(plain["issuer"] == "http://upstream.example")
            #expect(pool["issuer"] == "http://upstream.example/eu-central-1_Drawbridge")
            #expect(pool["authorization_endpoint"] == plain["authorization_endpoint"])
        }
    }
}
