import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Facebook") struct FacebookTests {
    private static let now = OpenIDFixture.now
    private static let token = "https://graph.facebook.com/v26.0/oauth/access_token"
    /// HMAC-SHA256 of the access token under the app's secret, worked out elsewhere.
    private static let me =
        "https://graph.facebook.com/v26.0/me?fields=id%2Cname%2Cemail%2Cfirst_name%2Clast_name%2Cpicture"
        + "&appsecret_proof=d099e0b80944e05687a0847484c2806cbb158a386d6c2d89ac5fce8fd1c8a8ac"
    private static let inspection = "https://graph.facebook.com/v26.0/debug_token?input_token=EAAB-person"

    private static let jana: [String: JSONValue] = [
        "id": "10224000000000001", "name": "Jana Nováková", "first_name": "Jana", "last_name": "Nováková",
        "email": "jana@city.example",
        "picture": .object(["data": .object(["url": "https://pictures.example/1", "is_silhouette": false])]),
    ]
    private static let inspected: [String: JSONValue] = [
        "app_id": "1234567890", "type": "USER", "is_valid": true, "user_id": "10224000000000001",
        "expires_at": 1_795_184_000,
    ]

    private let transport = StubTransport()

    init() {
        transport.answer(
            Self.token, .object(["access_token": "EAAB-person", "token_type": "bearer", "expires_in": 5_183_944]))
        transport.answer(Self.me, .object(Self.jana))
        inspect()
    }

    private func inspect(_ changes: [String: JSONValue?] = [:]) {
        transport.answer(Self.inspection, .object(["data": .object(Self.inspected.with(changes))]))
    }

    private func connector() throws -> FacebookConnector {
        FacebookConnector(
            FacebookSettings(
                appID: "1234567890", secret: Secret("facebook-secret"),
                authorization: try UpstreamEndpoint(named: "https://www.facebook.com/v26.0/dialog/oauth"),
                token: try UpstreamEndpoint(named: Self.token),
                graph: try UpstreamEndpoint(named: "https://graph.facebook.com/v26.0"),
                scope: Scope(["email", "public_profile"]), claims: ClaimMapping()),
            transport: transport)
    }

    private func complete(
        _ answer: UpstreamAnswer = .code(Secret("the-code"), issuer: nil)
    ) async throws -> Result<UpstreamLogin, ConnectorError> {
        let login = try #require(try connector().redirectLogin)
        let attempt = try OpenIDFixture.attempt()
        do throws(ConnectorError) {
            return .success(try await login.complete(answer, to: attempt, at: Self.now))
        } catch {
            return .failure(error)
        }
    }

    private func verify() async throws -> Result<UpstreamLogin, ConnectorError> {
        let verification = try #require(try connector().tokenVerification)
        let tokens = UpstreamTokens(accessToken: Secret("EAAB-person"), idToken: Secret("a.b.c"))
        do throws(ConnectorError) {
            return .success(try await verification.verify(tokens, at: Self.now))
        } catch {
            return .failure(error)
        }
    }

    @Test func `The browser is sent off without a challenge, which Facebook drops and then misses`() async throws {
        let login = try #require(try connector().redirectLogin)
        let url = try await login.begin(OpenIDFixture.attempt(.proveAgain, hint: "jana"), at: Self.now)
        let (place, query) = try split(url)
        #expect(place == "https://www.facebook.com/v26.0/dialog/oauth")
        #expect(
            query == [
                "response_type": "code", "client_id": "1234567890", "state": "sealed-state",
                "redirect_uri": "https://login.city.example/login/idp/callback", "scope": "email public_profile",
                "auth_type": "reauthenticate",
            ])
    }

    @Test func `A good answer becomes a login, whose address nobody vouches for`() async throws {
        let login = try await complete().get()
        #expect(login.subject == "10224000000000001")
        #expect(
            login.claims.values == [
                "name": "Jana Nováková", "given_name": "Jana", "family_name": "Nováková",
                "email": "jana@city.example", "email_verified": false, "picture": "https://pictures.example/1",
            ])
        #expect(login.tokens.expiresAt == Self.now.addingTimeInterval(5_183_944))
        let form = try #require(transport.last(Self.token)?.form)
        #expect(form["client_secret"] == "facebook-secret")
        #expect(form["code_verifier"] == nil)
        guard
            case .bearer(Secret("1234567890|facebook-secret"), of: .broker) = transport.last(Self.inspection)?
                .authorization
        else {
            Issue.record("the app did not ask in its own name")
            return
        }
    }

    @Test func `There is nothing to refresh with, and a token says itself when it ends`() async throws {
        #expect(try connector().tokenRefresh == nil)
        transport.answer(Self.token, .object(["access_token": "EAAB-person"]))
        #expect(try await complete().get().tokens.expiresAt == Date(timeIntervalSince1970: 1_795_184_000))
        inspect(["expires_at": 0])
        #expect(try await complete().get().tokens.expiresAt == nil)
    }

    @Test func `A picture that shows nobody is none, and an address may be missing`() async throws {
        let silhouette = JSONValue.object(["data": .object(["url": "https://p.example/0", "is_silhouette": true])])
        transport.answer(Self.me, .object(Self.jana.with(["email": .gone, "picture": silhouette])))
        let claims = try await complete().get().claims.values
        #expect(Set(claims.keys) == ["name", "given_name", "family_name"])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let changes: [String: JSONValue?]
        let flaw: TokenFlaw
    }

    private static let cases = [
        Case(testDescription: "of another app", changes: ["app_id": "1234567891"], flaw: .audience),
        Case(testDescription: "of no app", changes: ["app_id": .gone], flaw: .malformed),
        Case(testDescription: "no longer valid", changes: ["is_valid": false], flaw: .expired),
        Case(testDescription: "of unknown validity", changes: ["is_valid": .gone], flaw: .expired),
        Case(testDescription: "a page's", changes: ["type": "PAGE"], flaw: .tokenUse),
        Case(testDescription: "nobody's", changes: ["user_id": .gone], flaw: .subjectMissing),
        Case(testDescription: "somebody else's", changes: ["user_id": "10224000000000002"], flaw: .subjectMismatch),
    ]

    @Test(arguments: cases)
    func `A token that is not this app's and this person's is refused, however it came`(refused: Case) async throws {
        inspect(refused.changes)
        #expect(try await complete() == .failure(.untrusted(refused.flaw)))
        #expect(try await verify() == .failure(.untrusted(refused.flaw)))
    }

    @Test func `A token that was handed over is taken if it is this app's, an ID token beside it is not`() async throws
    {
        let login = try await verify().get()
        #expect(login.subject == "10224000000000001")
        #expect(login.tokens.idToken == nil)
    }

    @Test func `Somebody without an id is nobody`() async throws {
        transport.answer(Self.me, .object(["name": "Jana"]))
        #expect(try await complete() == .failure(.untrusted(.subjectMissing)))
    }

    @Test(
        arguments: [
            (36_009, ConnectorError.refused(code: "invalid_grant")), (36_007, .refused(code: "invalid_grant")),
            (nil, .misbehaved(cause: "\(token) answered OAuthException.1")),
        ] as [(Int64?, ConnectorError)])
    func `Facebook's error objects are read`(subcode: Int64?, expected: ConnectorError) async throws {
        var error: [String: JSONValue] = ["message": "with EAAB-person in it", "type": "OAuthException", "code": 1]
        error["code"] = subcode == nil ? 1 : 100
        error["error_subcode"] = subcode.map(JSONValue.integer)
        transport.answer(Self.token, status: 400, .object(["error": .object(error)]))
        #expect(try await complete() == .failure(expected))
    }

    @Test func `Trouble is named without the token that stands in the address`() async throws {
        transport.answer(Self.inspection, status: 500, .null)
        #expect(
            try await complete()
                == .failure(.unavailable(cause: "https://graph.facebook.com/v26.0/debug_token answered 500")))
        transport.answer(Self.inspection, status: 400, .object(["error": .object(["code": 190])]))
        #expect(
            try await complete()
                == .failure(.misbehaved(cause: "https://graph.facebook.com/v26.0/debug_token answered 400")))
    }

    @Test func `An answer that names an issuer is nobody's known`() async throws {
        #expect(
            try await complete(.code(Secret("c"), issuer: "https://www.facebook.com")) == .failure(.untrusted(.issuer)))
    }
}
