import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("OIDC RP-Initiated Logout: at an upstream provider") struct OIDCLogoutTests {
    private static func departure(_ idToken: Secret?) -> UpstreamDeparture {
        UpstreamDeparture(
            idToken: idToken, returnAddress: "https://login.city.example/oauth2/logout/return", state: "s/1")
    }

    @Test(arguments: [Secret?.none, Secret("a.b.c")])
    func `The address names the client, the way back and the login that ends`(idToken: Secret?) async throws {
        let fixture = OpenIDFixture()
        fixture.publish(["end_session_endpoint": "https://id.example/bye?tenant=1"])
        let address = try await fixture.connector().address(for: Self.departure(idToken), at: OpenIDFixture.now)
        let hint = idToken.map { "&id_token_hint=\($0.reveal())" } ?? ""
        #expect(
            address == "https://id.example/bye?tenant=1\(hint)&client_id=drawbridge"
                + "&post_logout_redirect_uri=https%3A%2F%2Flogin.city.example%2Foauth2%2Flogout%2Freturn&state=s%2F1")
    }

    @Test func `A provider without such a page has no address`() async throws {
        let fixture = OpenIDFixture()
        #expect(try await fixture.connector().address(for: Self.departure(nil), at: OpenIDFixture.now) == nil)
    }

    @Test func `A file that names all a login needs is believed about the rest`() async throws {
        let fixture = OpenIDFixture()
        fixture.publish(["end_session_endpoint": "https://id.example/bye"])
        var named = NamedEndpoints(
            authorization: try UpstreamEndpoint(named: OpenIDFixture.authorization),
            token: try UpstreamEndpoint(named: OpenIDFixture.token),
            jwks: try UpstreamEndpoint(named: OpenIDFixture.jwks))
        let settings = try fixture.settings()
        func connector() -> OIDCConnector {
            OIDCConnector(
                UpstreamSettings(
                    client: settings.client, issuer: settings.issuer, scope: settings.scope, endpoints: named),
                transport: fixture.transport)
        }
        #expect(try await connector().address(for: Self.departure(nil), at: OpenIDFixture.now) == nil)
        named.endSession = try UpstreamEndpoint(named: "https://id.example/named")
        let address = try #require(
            try await connector().address(for: Self.departure(nil), at: OpenIDFixture.now))
        #expect(address.hasPrefix("https://id.example/named?client_id="))
        #expect(fixture.transport.count(OpenIDFixture.discovery) == 0)
    }

    @Test func `A page on a private address that no file names is not offered`() async throws {
        let fixture = OpenIDFixture()
        fixture.publish(["end_session_endpoint": "https://10.0.0.1/bye"])
        let connector = try fixture.connector()
        let error = await connectorError { () async throws(ConnectorError) in
            try await connector.address(for: Self.departure(nil), at: OpenIDFixture.now)
        }
        guard case .misbehaved = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
    }
}
