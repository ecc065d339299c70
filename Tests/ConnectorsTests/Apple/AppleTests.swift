import Crypto
import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Sign in with Apple") struct AppleTests {
    private static let issuer = "https://appleid.apple.com"

    private func connector(_ fixture: OpenIDFixture, _ members: String = "") throws -> OIDCConnector {
        fixture.publish(
            [
                "issuer": .string(Self.issuer), "userinfo_endpoint": .gone,
                "authorization_response_iss_parameter_supported": .gone,
                "revocation_endpoint": "https://appleid.apple.com/auth/revoke",
            ], at: Self.issuer + "/.well-known/openid-configuration")
        return try fixture.connector(
            ofKind: "apple",
            #", "team_id": "TEAM", "client_key_id": "KEY", "client_key": {"file": "key.pem"}\#(members)"#,
            secret: false)
    }

    private func token(_ changes: [String: JSONValue?] = [:]) -> [String: JSONValue?] {
        ["iss": .string(Self.issuer)].merging(changes) { $1 }
    }

    @Test(arguments: [
        ("", "form_post"), (#", "scopes": ["openid", "email"]"#, "form_post"),
        (#", "scopes": ["openid", "name"]"#, "form_post"), (#", "scopes": ["openid"]"#, nil),
    ])
    func `The answer comes as a form where name or address is asked for`(scopes: String, mode: String?) async throws {
        let fixture = OpenIDFixture()
        let fields = try await fixture.departure(try connector(fixture, scopes), .proveAgain)
        #expect(try fields.value("response_mode") == mode)
        #expect(try fields.value("prompt") == nil)
    }

    @Test func `The secret is made on the fly, and goes into the body alone`() async throws {
        let fixture = OpenIDFixture()
        let connector = try connector(fixture)
        _ = try await fixture.login(connector, token())
        let request = try #require(fixture.transport.last(OpenIDFixture.token))
        let secret = try CompactJWS(Secret(try #require(request.form["client_secret"])))
        #expect(secret.header.alg == "ES256")
        #expect(secret.header.kid == "KEY")
        #expect(secret.unverifiedText("iss") == "TEAM")
        #expect(secret.unverifiedText("sub") == "drawbridge")
        #expect(secret.unverifiedText("aud") == Self.issuer)
        #expect(request.form["client_id"] == "drawbridge")
        guard case .none = request.authorization else {
            Issue.record("the request has an Authorization header")
            return
        }
        _ = try await fixture.login(connector, token())
        #expect(fixture.transport.last(OpenIDFixture.token)?.form["client_secret"] == request.form["client_secret"])
    }

    @Test func `Tokens are revoked at Apple's endpoint with a secret of the same make`() async throws {
        let fixture = OpenIDFixture()
        let revocation = "https://appleid.apple.com/auth/revoke"
        fixture.transport.answer(revocation, .null)
        let tokens = UpstreamTokens(accessToken: Secret("a"), refreshToken: Secret("r"))
        #expect(try await connector(fixture).revoke(tokens, at: OpenIDFixture.now) == .revoked)
        #expect(fixture.transport.last(revocation)?.form["client_secret"]?.isEmpty == false)
    }

    private static let digest = SHA256.hash(data: Array(OpenIDFixture.nonce.utf8))

    @Test(arguments: [
        (OpenIDFixture.nonce, true),
        (digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(), true),
        (Base64URL.encode(digest), true), (Base64URL.encode(SHA256.hash(data: Array(digest))), false), ("", false),
        (OpenIDFixture.nonce + "=", false), (nil, false),
    ])
    func `The nonce comes back as it is or as its SHA-256`(said: String?, isGood: Bool) async throws {
        let fixture = OpenIDFixture()
        let connector = try connector(fixture)
        fixture.issue(try fixture.idToken(token(["nonce": said.map(JSONValue.string)])))
        #expect(try await fixture.failure(connector) == (isGood ? nil : .untrusted(.nonce)))
    }

    @Test func `Elsewhere a hashed nonce is a wrong one`() async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken(["nonce": .string(Base64URL.encode(Self.digest))]))
        fixture.publish(["authorization_response_iss_parameter_supported": .gone])
        #expect(try await fixture.failure(try fixture.connector()) == .untrusted(.nonce))
    }

    @Test(
        arguments: [
            (true, true), ("true", true), (false, false), ("false", false), (.gone, nil),
        ] as [(JSONValue?, Bool?)])
    func `Booleans are booleans or strings`(said: JSONValue?, meant: Bool?) async throws {
        let fixture = OpenIDFixture()
        let connector = try connector(fixture, #", "claims": {"relay": "$.is_private_email"}"#)
        let login = try await fixture.login(connector, token(["email_verified": said, "is_private_email": said]))
        #expect(login.claims.isEmailVerified == (meant ?? false))
        #expect(login.claims.values["relay"] == meant.map(JSONValue.bool))
    }

    @Test func `The name comes with the first answer only, and nothing else of it counts`() async throws {
        let fixture = OpenIDFixture()
        let connector = try connector(fixture)
        let user = ReportedUser(
            parsing: #"{"name": {"firstName": "Jana", "lastName": "Nováková"}, "email": "root@city.example"}"#)
        let login = try await fixture.login(connector, token(), user: user)
        #expect(login.claims.name == "Jana Nováková")
        #expect(login.claims.values["given_name"] == "Jana")
        #expect(login.claims.values["family_name"] == "Nováková")
        #expect(login.claims.email == "jana@city.example")
        #expect(login.toldOnce == ["name", "given_name", "family_name"])
        #expect(try await fixture.login(connector, token()).claims.name == nil)
        let vouched = try await fixture.login(connector, token(["given_name": "Eva"]), user: user)
        #expect(vouched.claims.values["given_name"] == "Eva")
    }

    @Test func `What another provider says beside its code is nothing`() async throws {
        let fixture = OpenIDFixture()
        fixture.publish(["authorization_response_iss_parameter_supported": .gone])
        fixture.transport.answer(OpenIDFixture.userinfo, .object(["sub": .string(OpenIDFixture.subject)]))
        let user = ReportedUser(name: ReportedUser.Name(firstName: "Mayor", lastName: nil))
        #expect(try await fixture.login(try fixture.connector(), user: user).claims.name == nil)
    }

    @Test(arguments: [
        (#""team_id": "T", "client_key_id": "K""#, "$.client_key"),
        (#""client_key_id": "K", "client_key": {"file": "key.pem"}"#, "$.team_id"),
        (#""team_id": "T", "client_key": {"file": "key.pem"}"#, "$.client_key_id"),
        (#""team_id": "T", "client_key_id": "K", "client_key": "secret""#, "$.client_key"),
        (#""team_id": "T", "client_key_id": "K", "client_key": {"file": "rsa.jwk"}"#, "$.client_key"),
        (#""team_id": "T", "client_key_id": "K", "client_secret": "s""#, "$.client_secret"),
    ])
    func `A file that makes no sense is named`(members: String, key: String) {
        let problem = #expect(throws: ProviderFileProblem.self) {
            try ProviderFileTests.read(
                #"{"id": "apple", "type": "apple", "name": "Apple", "client_id": "a", \#(members)}"#)
        }
        #expect(problem?.key == key)
    }
}
