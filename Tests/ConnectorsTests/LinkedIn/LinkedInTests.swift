import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("LinkedIn") struct LinkedInTests {
    private static let issuer = "https://www.linkedin.com/oauth"

    private func connector(_ fixture: OpenIDFixture, _ members: String = "") throws -> OIDCConnector {
        fixture.publish(
            ["issuer": .string(Self.issuer), "authorization_response_iss_parameter_supported": .gone],
            at: Self.issuer + "/.well-known/openid-configuration")
        return try fixture.connector(ofKind: "linkedin", members)
    }

    @Test(arguments: [("", false), (#", "pkce": "S256""#, true), (#", "pkce": "none""#, false)])
    func `PKCE is for apps that have it switched on`(members: String, isSent: Bool) async throws {
        let fixture = OpenIDFixture()
        let connector = try connector(fixture, members)
        let challenge = try await fixture.departure(connector).value("code_challenge")
        #expect((challenge != nil) == isSent)
        _ = try await fixture.login(connector, ["iss": .string(Self.issuer)])
        let form = try #require(fixture.transport.last(OpenIDFixture.token)).form
        #expect((form["code_verifier"] != nil) == isSent)
        #expect(form["client_secret"] == "s3cret")
    }

    @Test(
        arguments: [
            (["nonce": .gone], nil), ([:], nil), (["nonce": "another"], ConnectorError.untrusted(.nonce)),
            (["nonce": 7], .untrusted(.nonce)),
            (["nonce": .gone, "iss": "https://www.linkedin.com"], .untrusted(.issuer)),
        ] as [([String: JSONValue?], ConnectorError?)])
    func `The nonce may be missing, but not wrong`(
        changes: [String: JSONValue?], error: ConnectorError?
    ) async throws {
        let fixture = OpenIDFixture()
        let connector = try connector(fixture)
        fixture.issue(try fixture.idToken(["iss": .string(Self.issuer)].merging(changes) { $1 }))
        #expect(try await fixture.failure(connector) == error)
    }

    @Test(
        arguments: [
            (.object(["country": "US", "language": "en"]), "en-US"), (.object(["language": "sk"]), "sk"),
            ("en_US", "en_US"), (.object([:]), nil),
        ] as [(JSONValue, JSONValue?)])
    func `Its locale is put together`(said: JSONValue, locale: JSONValue?) async throws {
        let fixture = OpenIDFixture()
        fixture.transport.answer(
            OpenIDFixture.userinfo, .object(["sub": .string(OpenIDFixture.subject), "locale": said]))
        let login = try await fixture.login(
            try connector(fixture), ["iss": .string(Self.issuer), "nonce": .gone, "email_verified": "true"])
        #expect(login.claims.values["locale"] == locale)
        #expect(login.claims.isEmailVerified)
    }
}
