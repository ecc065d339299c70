import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("OpenID providers: the broker-led login") struct OIDCLoginTests {
    private static let now = OpenIDFixture.now

    private func complete(
        _ fixture: OpenIDFixture, _ answer: UpstreamAnswer = OpenIDFixture.answer
    ) async throws -> UpstreamLogin {
        try await fixture.connector().complete(answer, to: OpenIDFixture.attempt(), at: Self.now)
    }

    private func failure(
        _ fixture: OpenIDFixture, _ answer: UpstreamAnswer = OpenIDFixture.answer
    ) async throws -> ConnectorError? {
        let connector = try fixture.connector()
        let attempt = try OpenIDFixture.attempt()
        return await connectorError { () async throws(ConnectorError) in
            try await connector.complete(answer, to: attempt, at: Self.now)
        }
    }

    private func query(_ url: String) throws -> [String: String] {
        let query = try #require(url.split(separator: "?", maxSplits: 1).last)
        var fields: [String: String] = [:]
        for field in query.split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1)
            #expect(
                fields.updateValue(try #require(FormEncoding.decode(parts[1].utf8)), forKey: String(parts[0])) == nil)
        }
        return fields
    }

    @Test func `The browser is sent off with PKCE, state and nonce`() async throws {
        let url = try await OpenIDFixture().connector().begin(OpenIDFixture.attempt(), at: Self.now)
        #expect(url.hasPrefix("https://id.example/authorize?"))
        #expect(
            try query(url) == [
                "response_type": "code", "client_id": "drawbridge", "scope": "openid email", "state": "sealed-state",
                "redirect_uri": "https://login.city.example/login/idp/callback", "nonce": OpenIDFixture.nonce,
                "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
            ])
    }

    @Test func `A fresh login and a hint are asked for where they are wanted`() async throws {
        let attempt = try OpenIDFixture.attempt(.proveAgain, hint: "jana@city.example")
        let fields = try query(try await OpenIDFixture().connector().begin(attempt, at: Self.now))
        #expect(fields["prompt"] == "login")
        #expect(fields["login_hint"] == "jana@city.example")
    }

    @Test func `The classes that are wanted are asked for`() async throws {
        let attempt = try OpenIDFixture.attempt()
        let demanding = UpstreamAttempt(
            state: attempt.state, nonce: attempt.nonce, verifier: attempt.verifier, callback: attempt.callback,
            loginHint: nil, freshness: .any, contextClasses: ["mfa", "hw"])
        let fields = try query(try await OpenIDFixture().connector().begin(demanding, at: Self.now))
        #expect(fields["acr_values"] == "mfa hw")
    }

    @Test(arguments: [("mfa", "mfa"), (nil, nil), (7, nil), (.array(["mfa"]), nil)] as [(JSONValue?, String?)])
    func `What the ID token says of the class is passed on`(acr: JSONValue?, found: String?) async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken(["acr": acr]))
        #expect(try await complete(fixture).contextClass == found)
    }

    @Test func `A good answer becomes a login`() async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken())
        let login = try await complete(fixture)
        #expect(login.subject == OpenIDFixture.subject)
        #expect(
            login.claims.values
                == ["name": "Jana Nováková", "email": "jana@city.example", "email_verified": true])
        #expect(login.methods == ["pwd"])
        #expect(login.authenticatedAt == Date(timeIntervalSince1970: 1_789_999_000))
        #expect(login.tokens.accessToken == Secret("opaque-access"))
        #expect(login.tokens.refreshToken == Secret("refresh-1"))
        #expect(login.tokens.expiresAt == Self.now.addingTimeInterval(300))
        let request = try #require(fixture.transport.last(OpenIDFixture.token))
        #expect(
            request.form == [
                "grant_type": "authorization_code", "code": "the-code",
                "redirect_uri": "https://login.city.example/login/idp/callback",
                "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            ])
    }

    @Test func `Each way of authentication puts the secret where it belongs`() async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken())
        let attempt = try OpenIDFixture.attempt()
        let secret = Secret("s3cret /+")
        for method in [UpstreamClient.Authentication.basic(secret), .post(secret), .none] {
            let connector = try fixture.connector(authentication: method)
            _ = try await connector.complete(OpenIDFixture.answer, to: attempt, at: Self.now)
            let request = try #require(fixture.transport.last(OpenIDFixture.token))
            switch (method, request.authorization) {
            case (.basic, .basic(let name, let password)):
                #expect(name == "drawbridge")
                #expect(password == Secret("s3cret%20%2F%2B"))
                #expect(request.form["client_id"] == nil)
                #expect(request.form["client_secret"] == nil)
            case (.post, .none):
                #expect(request.form["client_id"] == "drawbridge")
                #expect(request.form["client_secret"] == "s3cret /+")
            case (.none, .none):
                #expect(request.form["client_id"] == "drawbridge")
                #expect(request.form["client_secret"] == nil)
            default: Issue.record("unexpected authorization")
            }
        }
    }

    struct Forgery: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let changes: [String: JSONValue?]
        let flaw: TokenFlaw
    }

    static let forgeries = [
        Forgery(testDescription: "issuer", changes: ["iss": "https://evil.example"], flaw: .issuer),
        Forgery(testDescription: "audience", changes: ["aud": "somebody-else"], flaw: .audience),
        Forgery(testDescription: "azp", changes: ["azp": "somebody-else"], flaw: .authorizedParty),
        Forgery(testDescription: "expired", changes: ["exp": 1_789_990_000], flaw: .expired),
        Forgery(testDescription: "nbf ahead", changes: ["nbf": 1_790_003_600], flaw: .notYetValid),
        Forgery(testDescription: "iat ahead", changes: ["iat": 1_790_003_600], flaw: .notYetValid),
        Forgery(testDescription: "no iat", changes: ["iat": .gone], flaw: .malformed),
        Forgery(testDescription: "no exp", changes: ["exp": .gone], flaw: .malformed),
        Forgery(testDescription: "another nonce", changes: ["nonce": "another"], flaw: .nonce),
        Forgery(testDescription: "no nonce", changes: ["nonce": .gone], flaw: .nonce),
        Forgery(testDescription: "no subject", changes: ["sub": .gone], flaw: .subjectMissing),
        Forgery(testDescription: "another person than userinfo", changes: ["sub": "person-2"], flaw: .subjectMismatch),
        Forgery(testDescription: "at_hash", changes: ["at_hash": "AAAAAAAAAAAAAAAAAAAAAA"], flaw: .accessTokenHash),
    ]

    @Test(arguments: forgeries)
    func `A properly signed ID token that says the wrong thing is refused`(forgery: Forgery) async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken(forgery.changes))
        #expect(try await failure(fixture) == .untrusted(forgery.flaw))
    }

    @Test func `An ID token of a stranger's key is refused`() async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try ForgedToken(OpenIDFixture.claims, signedWith: .p256("key-1")).secret())
        #expect(try await failure(fixture) == .untrusted(.signature))
        fixture.issue(try ForgedToken(OpenIDFixture.claims, signedWith: .p256("key-2")).secret())
        #expect(try await failure(fixture) == .untrusted(.unknownKey))
        var unsigned = ForgedToken(OpenIDFixture.claims, signedWith: fixture.key)
        unsigned.header["alg"] = "none"
        unsigned.sign = { _ in [] }
        fixture.issue(try unsigned.secret())
        #expect(try await failure(fixture) == .untrusted(.algorithmNotAllowed))
        fixture.issue(Secret("not a token"))
        #expect(try await failure(fixture) == .untrusted(.malformed))
    }

    @Test func `A login without an ID token, or without an access token, is none`() async throws {
        let fixture = OpenIDFixture()
        fixture.issue(nil)
        guard case .misbehaved = try await failure(fixture) else {
            Issue.record("a login without an ID token was accepted")
            return
        }
        fixture.issue(try fixture.idToken(), more: ["access_token": .null])
        guard case .misbehaved = try await failure(fixture) else {
            Issue.record("a login without an access token was accepted")
            return
        }
        fixture.issue(try fixture.idToken(), more: ["token_type": "DPoP"])
        guard case .misbehaved = try await failure(fixture) else {
            Issue.record("a token bound to a key that is not ours was accepted")
            return
        }
    }

    @Test(arguments: [
        (UpstreamAnswer.code(Secret("c"), issuer: "https://evil.example"), ConnectorError.untrusted(.issuer)),
        (.code(Secret("c"), issuer: "https://id.example/"), .untrusted(.issuer)),
        (.code(Secret("c"), issuer: nil), .untrusted(.issuer)),
        (.error("access_denied", issuer: "https://evil.example"), .untrusted(.issuer)),
        (.error("access_denied", issuer: nil), .untrusted(.issuer)),
        (.error("access_denied", issuer: OpenIDFixture.issuer), .refused(code: "access_denied")),
        (.error("login_required", issuer: OpenIDFixture.issuer), .refused(code: "login_required")),
        (
            .error("user_cancelled_authorize", issuer: OpenIDFixture.issuer),
            .refused(code: "user_cancelled_authorize")
        ),
        (
            .error("temporarily_unavailable", issuer: OpenIDFixture.issuer),
            .unavailable(cause: "the provider answered temporarily_unavailable")
        ),
        (
            .error("invalid_scope\r\nforged: line", issuer: OpenIDFixture.issuer),
            .misbehaved(cause: "the authorization endpoint answered invalid_scopeforgedline")
        ),
    ])
    func `RFC 9207: an answer is checked for its issuer, then for what it says`(
        answer: UpstreamAnswer, expected: ConnectorError
    ) async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken())
        #expect(try await failure(fixture, answer) == expected)
        #expect(fixture.transport.count(OpenIDFixture.token) == 0)
    }

    @Test func `A provider that does not promise to name itself need not`() async throws {
        let fixture = OpenIDFixture()
        fixture.publish(["authorization_response_iss_parameter_supported": .gone])
        fixture.issue(try fixture.idToken())
        #expect(try await failure(fixture, .code(Secret("c"), issuer: nil)) == nil)
        #expect(try await failure(fixture, .code(Secret("c"), issuer: "https://evil.example")) == .untrusted(.issuer))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let status: Int
        let body: JSONValue
        let error: ConnectorError

        var testDescription: String { "\(status) \(body)" }
    }

    @Test(arguments: [
        Refusal(status: 400, body: .object(["error": "invalid_grant"]), error: .refused(code: "invalid_grant")),
        Refusal(
            status: 401, body: .object(["error": "invalid_client"]),
            error: .misbehaved(cause: "https://id.example/token answered invalid_client")),
        Refusal(
            status: 400, body: "oops",
            error: .misbehaved(
                cause: "https://id.example/token answered 400 with something other than the expected JSON")),
        Refusal(
            status: 404, body: .object([:]),
            error: .misbehaved(cause: "https://id.example/token answered 404 without an access token")),
        Refusal(
            status: 429, body: .object([:]), error: .unavailable(cause: "https://id.example/token answered 429")),
        Refusal(
            status: 500, body: .object(["error": "invalid_grant"]),
            error: .unavailable(cause: "https://id.example/token answered 500")),
        Refusal(
            status: 302, body: .null,
            error: .misbehaved(cause: "https://id.example/token answered 302; redirects are not followed")),
    ])
    func `A code that cannot be redeemed is asked for once, and the cause is named`(refusal: Refusal) async throws {
        let fixture = OpenIDFixture()
        fixture.transport.answer(OpenIDFixture.token, status: refusal.status, refusal.body)
        #expect(try await failure(fixture) == refusal.error)
        #expect(fixture.transport.count(OpenIDFixture.token) == 1)
    }

    @Test func `Userinfo about somebody else is refused`() async throws {
        let fixture = OpenIDFixture()
        fixture.issue(try fixture.idToken())
        fixture.transport.answer(OpenIDFixture.userinfo, .object(["sub": "person-2", "name": "Eva"]))
        #expect(try await failure(fixture) == .untrusted(.subjectMismatch))
        fixture.transport.answer(OpenIDFixture.userinfo, .object(["name": "Eva"]))
        #expect(try await failure(fixture) == .untrusted(.subjectMismatch))
    }
}
