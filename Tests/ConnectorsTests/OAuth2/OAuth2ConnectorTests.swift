import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Plain OAuth 2.0 providers") struct OAuth2ConnectorTests {
    private static let now = OpenIDFixture.now
    private static let token = "https://campus.example/token"
    private static let user = "https://campus.example/me"

    private let transport = StubTransport()

    init() {
        transport.answer(
            Self.token,
            .object(["access_token": "opaque", "token_type": "BEARER", "expires_in": "300", "refresh_token": "r-1"]))
        transport.answer(Self.user, .object(["id": 7, "display_name": "Jana", "mail": "jana@campus.example"]))
    }

    private func connector(
        subject: String = "$.id", issuer: String? = nil, proofKey: ProofKey = .s256, scope: [String] = ["profile"],
        authentication: UpstreamClient.Authentication = .basic(Secret("s3cret")), revocation: String? = nil,
        claims: [String: String] = ["name": "$.display_name", "email": "$.mail"]
    ) throws -> OAuth2Connector {
        OAuth2Connector(
            OAuth2Settings(
                client: UpstreamClient(id: "drawbridge", authentication: authentication),
                authorization: try UpstreamEndpoint(named: "https://campus.example/authorize?theme=city"),
                token: try UpstreamEndpoint(named: Self.token), user: try UpstreamEndpoint(named: Self.user),
                revocation: try revocation.map(UpstreamEndpoint.init(named:)), issuer: issuer, scope: Scope(scope),
                proofKey: proofKey,
                subject: try #require(ClaimPath(subject)),
                claims: ClaimMapping(try claims.mapValues { .taken(try #require(ClaimPath($0)), default: nil) })),
            transport: transport)
    }

    private func complete(
        _ connector: OAuth2Connector, _ answer: UpstreamAnswer = .code(Secret("the-code"), issuer: nil)
    ) async throws -> Result<UpstreamLogin, ConnectorError> {
        let login = try #require(connector.redirectLogin)
        let attempt = try OpenIDFixture.attempt()
        do throws(ConnectorError) {
            return .success(try await login.complete(answer, to: attempt, at: Self.now))
        } catch {
            return .failure(error)
        }
    }

    @Test func `The browser is sent off with PKCE, and with no nonce that nothing would bring back`() async throws {
        let login = try #require(try connector().redirectLogin)
        let url = try await login.begin(OpenIDFixture.attempt(.proveAgain, hint: "jana"), at: Self.now)
        let (place, query) = try split(url)
        #expect(place == "https://campus.example/authorize")
        #expect(
            query == [
                "theme": "city", "response_type": "code", "client_id": "drawbridge", "state": "sealed-state",
                "redirect_uri": "https://login.city.example/login/idp/callback", "scope": "profile",
                "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
                "login_hint": "jana", "prompt": "login",
            ])
    }

    @Test func `No scope and no challenge are sent where none are wanted`() async throws {
        let connector = try connector(proofKey: .none, scope: [])
        let url = try await #require(connector.redirectLogin).begin(OpenIDFixture.attempt(), at: Self.now)
        #expect(
            Set(try split(url).query.keys)
                == ["theme", "response_type", "client_id", "state", "redirect_uri"])
        _ = try await complete(connector).get()
        #expect(transport.last(Self.token)?.form["code_verifier"] == nil)
    }

    @Test func `A good answer becomes a login; an address that only the person gave is not verified`() async throws {
        let login = try await complete(try connector()).get()
        #expect(login.subject == "7")
        #expect(login.claims.values == ["name": "Jana", "email": "jana@campus.example"])
        #expect(!login.claims.isEmailVerified)
        #expect(
            login.tokens
                == UpstreamTokens(
                    accessToken: Secret("opaque"), refreshToken: Secret("r-1"),
                    expiresAt: Self.now.addingTimeInterval(300)))
        guard case .bearer(Secret("opaque"), of: .person) = transport.last(Self.user)?.authorization else {
            Issue.record("the user endpoint was asked without the token")
            return
        }
    }

    @Test(arguments: [
        (#"{"id": 583231}"#, "583231"), (#"{"id": "583231"}"#, "583231"), (#"{"id": -1}"#, "-1"), (#"{"id": 0}"#, "0"),
        (#"{"id": 9007199254740992}"#, "9007199254740992"), (#"{"id": 9007199254740993}"#, "9007199254740993"),
        (#"{"id": 9223372036854775807}"#, "9223372036854775807"), (#"{"id": 1e5}"#, "100000"),
        (#"{"id": "1e5"}"#, "1e5"), (#"{"id": "007"}"#, "007"), (#"{"id": "  "}"#, "  "),
        (#"{"id": 18446744073709551615}"#, nil), (#"{"id": 9223372036854775808}"#, nil), (#"{"id": 1e300}"#, nil),
        (#"{"id": 1.5}"#, nil), (#"{"id": true}"#, nil), (#"{"id": null}"#, nil), (#"{"id": ""}"#, nil),
        (#"{"id": [7]}"#, nil), (#"{"id": {"value": 7}}"#, nil), (#"{"ID": 7}"#, nil), ("{}", nil),
        (#"{"id": "\#(String(repeating: "x", count: 256))"}"#, nil), (#"{"id": "7\u0000"}"#, nil),
        (#"{"id": "7\n8"}"#, nil), (#"{"id": "\u001b[31m"}"#, nil), (#"{"id": "a\u0085b"}"#, nil),
    ])
    func `An id is a text or a whole number that was not rounded`(body: String, subject: String?) async throws {
        transport.answer(Self.user) { (_: UpstreamRequest) async throws(ConnectorError) in
            UpstreamResponse(status: 200, body: Array(body.utf8))
        }
        let result = try await complete(try connector())
        #expect(result.map(\.subject) == subject.map { .success($0) } ?? .failure(.untrusted(.subjectMissing)))
    }

    @Test func `An id may lie deep`() async throws {
        transport.answer(Self.user, .object(["data": .object(["user": .object(["uuid": "u-1"])])]))
        #expect(try await complete(try connector(subject: "$.data.user.uuid")).get().subject == "u-1")
    }

    @Test(
        arguments: [
            (nil, nil, true), (nil, "https://campus.example", false), ("https://campus.example", nil, true),
            ("https://campus.example", "https://campus.example", true),
            ("https://campus.example", "https://campus.example/", false),
            ("https://campus.example", "https://evil.example", false),
        ] as [(String?, String?, Bool)])
    func `RFC 9207: an answer names the issuer of the file, or none`(
        expected: String?, said: String?, isTaken: Bool
    ) async throws {
        let result = try await complete(try connector(issuer: expected), .code(Secret("c"), issuer: said))
        if isTaken {
            #expect(try result.get().subject == "7")
        } else {
            #expect(result == .failure(.untrusted(.issuer)))
            #expect(transport.count(Self.token) == 0)
        }
    }

    struct Trouble: Sendable, CustomTestStringConvertible {
        let url: String
        let status: Int
        let body: JSONValue
        let error: ConnectorError

        var testDescription: String { "\(url) \(status) \(body)" }
    }

    @Test(arguments: [
        Trouble(
            url: token, status: 200, body: .object(["error": "bad_verification_code"]),
            error: .refused(code: "invalid_grant")),
        Trouble(
            url: token, status: 400, body: .object(["error": "invalid_grant"]),
            error: .refused(code: "invalid_grant")),
        Trouble(
            url: token, status: 200, body: .object(["access_token": "a", "token_type": "DPoP"]),
            error: .misbehaved(cause: "\(token) answered with a token that is not a bearer token")),
        Trouble(
            url: token, status: 200, body: .object(["error": .object(["message": "opaque"])]),
            error: .misbehaved(cause: "\(token) answered an error")),
        Trouble(
            url: token, status: 201, body: .object(["access_token": "a"]),
            error: .misbehaved(cause: "\(token) answered 201 without an access token")),
        Trouble(
            url: user, status: 401, body: .null, error: .misbehaved(cause: "\(user) answered 401")),
        Trouble(
            url: user, status: 307, body: .null,
            error: .misbehaved(cause: "\(user) answered 307; redirects are not followed")),
        Trouble(url: user, status: 503, body: .null, error: .unavailable(cause: "\(user) answered 503")),
        Trouble(
            url: user, status: 200, body: .string("nobody"),
            error: .misbehaved(cause: "\(user) answered 200 with something other than the expected JSON")),
    ])
    func `What goes wrong is named`(trouble: Trouble) async throws {
        transport.answer(trouble.url, status: trouble.status, trouble.body)
        #expect(try await complete(try connector()) == .failure(trouble.error))
    }

    @Test func `What such a provider cannot do, its type says`() throws {
        #expect(try connector().tokenVerification == nil)
        #expect(try connector().tokenRevocation == nil)
        #expect(try connector().upstreamLogout == nil)
    }

    @Test func `Tokens are revoked where the file says`() async throws {
        let endpoint = "https://campus.example/revoke"
        transport.answer(endpoint, .object([:]))
        let revocation = try #require(try connector(revocation: endpoint).tokenRevocation)
        let tokens = UpstreamTokens(accessToken: Secret(""), refreshToken: Secret("r-1"))
        #expect(try await revocation.revoke(tokens, at: Self.now) == .revoked)
        #expect(transport.last(endpoint)?.form == ["token": "r-1", "token_type_hint": "refresh_token"])
    }

    private func refresh(
        _ connector: OAuth2Connector, of subject: String
    ) async throws -> Result<UpstreamTokens, ConnectorError> {
        let refresh = try #require(connector.tokenRefresh)
        let old = UpstreamTokens(accessToken: Secret(""), refreshToken: Secret("r-0"))
        do throws(ConnectorError) {
            return .success(try await refresh.refresh(old, of: subject, at: Self.now))
        } catch {
            return .failure(error)
        }
    }

    @Test func `A refresh is about the same person, byte by byte`() async throws {
        let connector = try connector()
        #expect(try await refresh(connector, of: "7").get().refreshToken == Secret("r-1"))
        #expect(try await refresh(connector, of: "8") == .failure(.untrusted(.subjectMismatch)))
        transport.answer(Self.user, .object(["id": "e\u{301}"]))
        #expect(try await refresh(connector, of: "e\u{301}").get().accessToken == Secret("opaque"))
        #expect(try await refresh(connector, of: "\u{e9}") == .failure(.untrusted(.subjectMismatch)))
    }

    @Test func `A refresh token stays where no new one comes, and ends by the provider's word alone`() async throws {
        let connector = try connector()
        transport.answer(Self.token, .object(["access_token": "opaque-2"]))
        #expect(try await refresh(connector, of: "7").get().refreshToken == Secret("r-0"))
        transport.answer(Self.token, status: 400, .object(["error": "invalid_grant"]))
        #expect(try await refresh(connector, of: "7") == .failure(.grantEnded))
        transport.answer(Self.token, status: 401, .object(["error": "invalid_client"]))
        #expect(
            try await refresh(connector, of: "7")
                == .failure(.misbehaved(cause: "\(Self.token) answered invalid_client")))
    }
}
