import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("GitLab") struct GitLabTests {
    private func connector(_ fixture: OpenIDFixture) throws -> OIDCConnector {
        fixture.publish(["authorization_response_iss_parameter_supported": .gone])
        return try fixture.connector(ofKind: "gitlab", #", "issuer": "https://id.example""#)
    }

    @Test(
        arguments: [
            (.array(["city", "city/parks"]), .array(["city", "city/parks"])), (.gone, .array(["city"])),
        ] as [(JSONValue?, JSONValue)])
    func `Groups come from userinfo, those joined directly from the ID token`(
        said: JSONValue?, groups: JSONValue
    ) async throws {
        let fixture = OpenIDFixture()
        let userinfo: [String: JSONValue] = ["sub": .string(OpenIDFixture.subject)]
        fixture.transport.answer(OpenIDFixture.userinfo, .object(userinfo.with(["groups": said])))
        let login = try await fixture.login(try connector(fixture), ["groups_direct": .array(["city"])])
        #expect(login.claims.values["groups"] == groups)
    }

    @Test(arguments: [(500, JSONValue.object([:])), (400, .object(["error": "invalid_grant"])), (200, "torn")])
    func `A refresh token that works once is presented once`(status: Int, answer: JSONValue) async throws {
        let fixture = OpenIDFixture()
        fixture.transport.answer(OpenIDFixture.token, status: status, answer)
        let connector = try connector(fixture)
        let old = UpstreamTokens(accessToken: Secret("a"), refreshToken: Secret("r"))
        let error = await connectorError { () async throws(ConnectorError) in
            try await connector.refresh(old, of: OpenIDFixture.subject, at: OpenIDFixture.now)
        }
        #expect(error != nil)
        #expect(fixture.transport.count(OpenIDFixture.token) == 1)
    }

    @Test func `It is gitlab.com unless the file says otherwise`() throws {
        let connector = try OpenIDFixture().connector(ofKind: "gitlab")
        #expect(connector.settings.issuer.url == "https://gitlab.com")
        #expect(connector.settings.proofKey == .s256)
    }
}
