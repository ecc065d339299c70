import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Google") struct GoogleTests {
    private static let issuer = "https://accounts.google.com"

    private func connector(_ fixture: OpenIDFixture, _ members: String = "") throws -> OIDCConnector {
        fixture.publish(
            ["issuer": .string(Self.issuer), "authorization_response_iss_parameter_supported": .gone],
            at: Self.issuer + "/.well-known/openid-configuration")
        return try fixture.connector(ofKind: "google", members)
    }

    @Test(
        arguments: [
            ("https://accounts.google.com", true), ("accounts.google.com", true), ("http://accounts.google.com", false),
            ("https://accounts.google.com/", false), ("//accounts.google.com", false),
            ("https://accounts.google.com.evil.example", false), ("", false), ("google.com", false),
        ])
    func `Tokens name their issuer with or without the scheme`(issuer: String, isGoogle: Bool) async throws {
        let fixture = OpenIDFixture()
        let connector = try connector(fixture)
        fixture.issue(try fixture.idToken(["iss": .string(issuer)]))
        #expect(try await fixture.failure(connector) == (isGoogle ? nil : .untrusted(.issuer)))
    }

    @Test(
        arguments: [
            (nil, ConnectorError.untrusted(.issuer)), ("https://accounts.google.com", nil),
            ("accounts.google.com", nil), ("https://evil.example", .untrusted(.issuer)),
        ] as [(String?, ConnectorError?)])
    func `RFC 9207: a promise to name itself is kept`(issuer: String?, error: ConnectorError?) async throws {
        let fixture = OpenIDFixture()
        let connector = try connector(fixture)
        fixture.publish(
            ["issuer": .string(Self.issuer)], at: Self.issuer + "/.well-known/openid-configuration")
        fixture.issue(try fixture.idToken(["iss": .string(Self.issuer)]))
        let attempt = try OpenIDFixture.attempt()
        let found = await connectorError { () async throws(ConnectorError) in
            try await connector.complete(.code(Secret("c"), issuer: issuer), to: attempt, at: OpenIDFixture.now)
        }
        #expect(found == error)
    }

    struct Departure: Sendable, CustomTestStringConvertible {
        var members = ""
        var freshness = UpstreamAttempt.Freshness.any
        var expected: [String: String?] = [:]

        var testDescription: String { "\(members) \(freshness)" }
    }

    private static let offline = #", "scopes": ["openid", "email", "offline_access"]"#

    @Test(arguments: [
        Departure(expected: ["access_type": nil, "prompt": nil, "hd": nil, "scope": "openid profile email"]),
        Departure(freshness: .proveAgain, expected: ["prompt": "select_account", "access_type": nil]),
        Departure(
            members: offline, expected: ["access_type": "offline", "prompt": "consent", "scope": "openid email"]),
        Departure(
            members: offline, freshness: .proveAgain,
            expected: ["access_type": "offline", "prompt": "select_account consent"]),
        Departure(
            members: #", "allow": {"hosted_domains": ["City.example"]}"#, expected: ["hd": "city.example"]),
        Departure(
            members: #", "allow": {"hosted_domains": ["city.example", "uni.example"]}"#, expected: ["hd": nil]),
        Departure(members: #", "allow": {"email_domains": ["city.example"]}"#, expected: ["hd": nil]),
    ])
    func `A refresh token is asked for by access_type, one domain is suggested and several are not`(
        departure: Departure
    ) async throws {
        let fixture = OpenIDFixture()
        let fields = try await fixture.departure(
            try connector(fixture, departure.members), departure.freshness)
        for (name, value) in departure.expected { #expect(try fields.value(name) == value, "\(name)") }
    }

    @Test func `The domain comes from the claim, and gmail accounts have none`() async throws {
        let fixture = OpenIDFixture()
        let connector = try connector(fixture)
        let iss = ["iss": .string(Self.issuer)] as [String: JSONValue?]
        let login = try await fixture.login(connector, iss.merging(["hd": "city.example"]) { $1 })
        #expect(login.claims.values["hd"] == "city.example")
        #expect(try await fixture.login(connector, iss).claims.values["hd"] == nil)
    }

    @Test func `Userinfo is asked only about tokens that were handed over`() async throws {
        let fixture = OpenIDFixture()
        let connector = try connector(fixture)
        let login = try await fixture.login(connector, ["iss": .string(Self.issuer), "name": "Jana"])
        #expect(login.claims.name == "Jana")
        #expect(fixture.transport.count(OpenIDFixture.userinfo) == 0)
        let tokens = UpstreamTokens(
            accessToken: Secret("opaque"), idToken: try fixture.idToken(["iss": .string(Self.issuer)]))
        _ = try await connector.verify(tokens, at: OpenIDFixture.now)
        #expect(fixture.transport.count(OpenIDFixture.userinfo) == 1)
    }

    @Test func `A refresh whose ID token lacks the names is as good as any`() async throws {
        let fixture = OpenIDFixture()
        let connector = try connector(fixture)
        fixture.issue(
            try fixture.idToken(["iss": "accounts.google.com", "nonce": .gone, "email": .gone]),
            more: ["refresh_token": .null])
        let old = UpstreamTokens(accessToken: Secret("a"), refreshToken: Secret("r"))
        let fresh = try await connector.refresh(old, of: OpenIDFixture.subject, at: OpenIDFixture.now)
        #expect(fresh.refreshToken == Secret("r"))
        #expect(fresh.accessToken == Secret("opaque-access"))
    }
}
