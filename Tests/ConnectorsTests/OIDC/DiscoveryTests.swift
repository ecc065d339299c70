import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("OpenID Connect Discovery: what a provider says about itself") struct DiscoveryTests {
    private static let now = OpenIDFixture.now

    private func begin(_ connector: OIDCConnector, after seconds: Double = 0) async throws -> ConnectorError? {
        let attempt = try OpenIDFixture.attempt()
        return await connectorError { () async throws(ConnectorError) in
            try await connector.begin(attempt, at: Self.now.addingTimeInterval(seconds))
        }
    }

    @Test func `Nothing is asked until somebody logs in, and then once`() async throws {
        let fixture = OpenIDFixture()
        let connector = try fixture.connector()
        #expect(fixture.transport.count(OpenIDFixture.discovery) == 0)
        for _ in 0..<3 { #expect(try await begin(connector) == nil) }
        #expect(fixture.transport.count(OpenIDFixture.discovery) == 1)
        #expect(fixture.transport.count(OpenIDFixture.jwks) == 0)
    }

    @Test(arguments: ["https://id.example/", "https://ID.example", "https://evil.example", ""])
    func `Metadata that names another issuer is refused`(issuer: String) async throws {
        let fixture = OpenIDFixture()
        fixture.publish(["issuer": .string(issuer)])
        let cause = "\(OpenIDFixture.discovery) names another issuer than the provider file"
        #expect(try await begin(fixture.connector()) == .misbehaved(cause: cause))
    }

    @Test(arguments: [
        ("token_endpoint", "https://10.0.0.1/token", "leads into a private network"),
        (
            "token_endpoint", "http://id.example.evil/token",
            "should be https; plain http is for loopback addresses only"
        ),
        ("authorization_endpoint", "https://169.254.169.254/", "leads into a private network"),
        ("userinfo_endpoint", "https://localhost/me", "leads into a private network"),
    ])
    func `A discovered endpoint that may not be asked stops the login`(
        name: String, url: String, reason: String
    ) async throws {
        let fixture = OpenIDFixture()
        fixture.publish([name: .string(url)])
        let cause = "\(name) of https://id.example \(reason); the provider file may name it instead"
        #expect(try await begin(fixture.connector()) == .misbehaved(cause: cause))
    }

    @Test func `A provider without a required endpoint is named`() async throws {
        let fixture = OpenIDFixture()
        fixture.publish(["token_endpoint": .gone])
        let cause = "the metadata of https://id.example has no token_endpoint"
        #expect(try await begin(fixture.connector()) == .misbehaved(cause: cause))
    }

    @Test func `What the file names is used in place of what is discovered`() async throws {
        let fixture = OpenIDFixture()
        fixture.publish(["authorization_endpoint": .gone, "userinfo_endpoint": "https://10.0.0.1/"])
        var settings = try fixture.settings()
        settings = UpstreamSettings(
            client: settings.client, issuer: settings.issuer, scope: settings.scope,
            endpoints: NamedEndpoints(
                authorization: try UpstreamEndpoint(named: "https://pages.example/go?x=y"),
                userinfo: try UpstreamEndpoint(named: "https://10.0.0.2/me")))
        let connector = OIDCConnector(settings, transport: fixture.transport)
        let url = try await connector.begin(OpenIDFixture.attempt(), at: Self.now)
        #expect(url.hasPrefix("https://pages.example/go?x=y&response_type=code&"))
    }

    @Test func `A file that names everything needs no discovery`() async throws {
        let fixture = OpenIDFixture()
        let settings = try fixture.settings()
        let named = UpstreamSettings(
            client: settings.client, issuer: settings.issuer, scope: settings.scope,
            endpoints: NamedEndpoints(
                authorization: try UpstreamEndpoint(named: OpenIDFixture.authorization),
                token: try UpstreamEndpoint(named: OpenIDFixture.token),
                jwks: try UpstreamEndpoint(named: OpenIDFixture.jwks)))
        fixture.issue(try fixture.idToken())
        let login = try await OIDCConnector(named, transport: fixture.transport)
            .complete(.code(Secret("c"), issuer: nil), to: OpenIDFixture.attempt(), at: Self.now)
        #expect(login.subject == OpenIDFixture.subject)
        #expect(fixture.transport.count(OpenIDFixture.discovery) == 0)
        #expect(fixture.transport.count(OpenIDFixture.userinfo) == 0)
    }

    @Test func `A provider that is down stays usable with what it said before`() async throws {
        let fixture = OpenIDFixture()
        let connector = try fixture.connector()
        #expect(try await begin(connector) == nil)
        fixture.transport.answer(OpenIDFixture.discovery, status: 503, .null)
        #expect(try await begin(connector, after: 7200) == nil)
        #expect(fixture.transport.count(OpenIDFixture.discovery) == 2)
        let cause = "\(OpenIDFixture.discovery) answered 503"
        #expect(try await begin(connector, after: 100_000) == .unavailable(cause: cause))
    }
}
