import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("GitHub: the broker-led login") struct GitHubLoginTests {
    @Test func `The browser is sent off with PKCE, and with GitHub's own words for hint and prompt`() async throws {
        let connector = try GitHubFixture().connector(GitHubMembership(organizations: ["city"]))
        let attempt = try OpenIDFixture.attempt(.proveAgain, hint: "jana-n")
        let url = try #require(try await connector.redirectLogin?.begin(attempt, at: GitHubFixture.now))
        let (place, query) = try split(url)
        #expect(place == "https://github.com/login/oauth/authorize")
        #expect(
            query == [
                "response_type": "code", "client_id": GitHubFixture.clientID, "state": "sealed-state",
                "redirect_uri": "https://login.city.example/login/idp/callback", "scope": "user:email read:org",
                "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
                "login": "jana-n", "prompt": "select_account",
            ])
    }

    @Test func `A good answer becomes a login under the number that GitHub never gives out again`() async throws {
        let fixture = GitHubFixture()
        let login = try await fixture.login(
            claims: ClaimMapping(["company": .taken(try #require(ClaimPath("$.company")), default: nil)]))
        #expect(login.subject == "583231")
        #expect(
            login.claims.values == [
                "preferred_username": "jana-n", "name": "Jana Nováková",
                "picture": "https://avatars.example/u/583231", "profile": "https://github.com/jana-n",
                "email": "jana@city.example", "email_verified": true, "company": "City of Example",
            ])
        #expect(login.tokens == UpstreamTokens(accessToken: GitHubFixture.accessToken))
        let request = try #require(fixture.transport.last(GitHubFixture.token))
        #expect(
            request.form == [
                "grant_type": "authorization_code", "code": "the-code", "client_id": GitHubFixture.clientID,
                "client_secret": "github-secret/+", "redirect_uri": "https://login.city.example/login/idp/callback",
                "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            ])
        guard
            case .bearer(GitHubFixture.accessToken, of: .person) = fixture.transport.last(GitHubFixture.user)?
                .authorization
        else {
            Issue.record("the API was asked without the token")
            return
        }
    }

    @Test func `The token of an app whose tokens expire comes with its end and its successor's key`() async throws {
        let fixture = GitHubFixture()
        fixture.issue(["expires_in": 28_800, "refresh_token": "ghr_1", "refresh_token_expires_in": 15_897_600])
        let tokens = try await fixture.login().tokens
        #expect(tokens.expiresAt == GitHubFixture.now.addingTimeInterval(28_800))
        #expect(tokens.refreshToken == Secret("ghr_1"))
    }

    struct Addresses: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let list: [JSONValue]
        let rule: GitHubAddresses
        let email: String?
        let verified: Bool?
    }

    private static let two = [
        GitHubFixture.address("old@city.example", primary: false), GitHubFixture.address("jana@city.example"),
    ]
    private static let unproved = [GitHubFixture.address("ceo@city.example", verified: false)]

    @Test(arguments: [
        Addresses(
            testDescription: "the primary one", list: two, rule: .verifiedThere, email: "jana@city.example",
            verified: true),
        Addresses(testDescription: "unproved", list: unproved, rule: .verifiedThere, email: nil, verified: nil),
        Addresses(
            testDescription: "no primary one", list: [GitHubFixture.address("a@city.example", primary: false)],
            rule: .verifiedThere, email: nil, verified: nil),
        Addresses(testDescription: "none", list: [], rule: .verifiedThere, email: nil, verified: nil),
        Addresses(
            testDescription: "Enterprise says verified", list: two, rule: .unverified, email: "jana@city.example",
            verified: false),
        Addresses(
            testDescription: "Enterprise", list: unproved, rule: .unverified, email: "ceo@city.example",
            verified: false),
        Addresses(
            testDescription: "Enterprise with a directory", list: unproved, rule: .vouchedFor,
            email: "ceo@city.example", verified: true),
    ])
    func `Only an address that somebody vouches for counts as verified`(addresses: Addresses) async throws {
        let fixture = GitHubFixture()
        fixture.transport.answer(GitHubFixture.addresses, .array(addresses.list))
        let claims = try await fixture.login(addresses: addresses.rule).claims
        #expect(claims.email == addresses.email)
        #expect(claims.values["email_verified"] == addresses.verified.map(JSONValue.bool))
    }

    @Test(arguments: [403, 404])
    func `An application that may not see addresses logs people in without`(status: Int) async throws {
        let fixture = GitHubFixture()
        fixture.transport.answer(
            GitHubFixture.addresses, status: status, .object(["message": "Resource not accessible by integration"]))
        let login = try await fixture.login()
        #expect(login.subject == "583231")
        #expect(login.claims.email == nil)
    }

    struct Trouble: Sendable, CustomTestStringConvertible {
        let url: String
        let status: Int
        let body: JSONValue
        let error: ConnectorError

        var testDescription: String { "\(url) \(status) \(body)" }
    }

    private static let throttled = JSONValue.object(["message": "API rate limit exceeded for user ID 1."])

    @Test(arguments: [
        Trouble(
            url: GitHubFixture.addresses, status: 403, body: throttled,
            error: .unavailable(cause: "https://api.github.com/user/emails answered 403: rate limit")),
        Trouble(
            url: GitHubFixture.addresses, status: 500, body: .null,
            error: .unavailable(cause: "https://api.github.com/user/emails answered 500")),
        Trouble(
            url: GitHubFixture.addresses, status: 401, body: .null,
            error: .misbehaved(cause: "https://api.github.com/user/emails answered 401")),
        Trouble(
            url: GitHubFixture.user, status: 403, body: throttled,
            error: .unavailable(cause: "https://api.github.com/user answered 403: rate limit")),
        Trouble(
            url: GitHubFixture.user, status: 429, body: .null,
            error: .unavailable(cause: "https://api.github.com/user answered 429")),
        Trouble(
            url: GitHubFixture.user, status: 302, body: .null,
            error: .misbehaved(
                cause: "https://api.github.com/user answered 302; redirects are not followed")),
        Trouble(
            url: GitHubFixture.user, status: 200, body: .object(["login": "jana-n"]), error: .untrusted(.subjectMissing)
        ),
        Trouble(
            url: GitHubFixture.user, status: 200, body: .object(["login": "jana-n", "id": "583231"]),
            error: .untrusted(.subjectMissing)),
        Trouble(
            url: GitHubFixture.user, status: 200, body: .array([]),
            error: .misbehaved(
                cause: "https://api.github.com/user answered 200 with something other than the expected JSON")),
        Trouble(
            url: GitHubFixture.token, status: 200, body: .object(["error": "bad_verification_code"]),
            error: .refused(code: "invalid_grant")),
        Trouble(
            url: GitHubFixture.token, status: 200, body: .object(["error": "incorrect_client_credentials"]),
            error: .misbehaved(cause: "\(GitHubFixture.token) answered incorrect_client_credentials")),
        Trouble(
            url: GitHubFixture.token, status: 200,
            body: .object(["error": "redirect_uri_mismatch", "access_token": "gho_1"]),
            error: .misbehaved(cause: "\(GitHubFixture.token) answered redirect_uri_mismatch")),
        Trouble(
            url: GitHubFixture.token, status: 200, body: .object(["access_token": "gho_1", "token_type": "mac"]),
            error: .misbehaved(cause: "\(GitHubFixture.token) answered with a token that is not a bearer token")),
    ])
    func `What goes wrong is named, and never by a token`(trouble: Trouble) async throws {
        let fixture = GitHubFixture()
        fixture.transport.answer(trouble.url, status: trouble.status, trouble.body)
        #expect(await fixture.failure() == trouble.error)
    }

    @Test(arguments: [
        (UpstreamAnswer.code(Secret("c"), issuer: "https://github.com/login/oauth"), nil),
        (.code(Secret("c"), issuer: nil), nil),
        (.code(Secret("c"), issuer: "https://github.com"), ConnectorError.untrusted(.issuer)),
        (.code(Secret("c"), issuer: "https://github.com/login/oauth/"), .untrusted(.issuer)),
        (.code(Secret("c"), issuer: "https://GitHub.com/login/oauth"), .untrusted(.issuer)),
        (.code(Secret("c"), issuer: ""), .untrusted(.issuer)),
        (.error("access_denied", issuer: "https://elsewhere.example"), .untrusted(.issuer)),
        (.error("access_denied", issuer: nil), .refused(code: "access_denied")),
        (
            .error("application_suspended", issuer: nil),
            .misbehaved(cause: "the authorization endpoint answered application_suspended")
        ),
    ])
    func `RFC 9207: an answer may name GitHub, and nobody else`(
        answer: UpstreamAnswer, expected: ConnectorError?
    ) async throws {
        let fixture = GitHubFixture()
        #expect(await fixture.failure(answer) == expected)
        #expect(fixture.transport.count(GitHubFixture.token) == (expected == nil ? 1 : 0))
    }
}

/// The parts of an address, each parameter of its query once.
func split(_ url: String) throws -> (place: String, query: [String: String]) {
    let parts = url.split(separator: "?", maxSplits: 1)
    var fields: [String: String] = [:]
    for field in try #require(parts.last).split(separator: "&") {
        let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = try #require(FormEncoding.decode(pair[1].utf8))
        #expect(fields.updateValue(value, forKey: String(pair[0])) == nil)
    }
    return (String(parts[0]), fields)
}
