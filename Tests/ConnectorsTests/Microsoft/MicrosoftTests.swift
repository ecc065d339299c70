import FoundationEssentials
import OAuth
import Testing

@testable import Connectors

@Suite("Microsoft Entra ID") struct MicrosoftTests {
    private static let consumers = MicrosoftTenant.consumerID
    private static let tenant = MicrosoftFixture.tenant
    private static let other = MicrosoftFixture.other

    struct Passage: Sendable, CustomTestStringConvertible {
        let tenant: String
        let published: String
        let token: [String: JSONValue?]
        let isGood: Bool

        init(_ tenant: String, published: String, _ token: [String: JSONValue?], isGood: Bool) {
            self.tenant = tenant
            self.published = MicrosoftFixture.issuer(published)
            self.token = token
            self.isGood = isGood
        }

        var testDescription: String { "\(tenant), \(published): \(token)" }
    }

    @Test(arguments: [
        Passage("common", published: "{tenantid}", MicrosoftFixture.token(), isGood: true),
        Passage("common", published: "{tenantid}", MicrosoftFixture.token(consumers), isGood: true),
        Passage(
            "common", published: "{tenantid}", MicrosoftFixture.token(tenant, ["tid": .string(other)]), isGood: false),
        Passage("common", published: "{tenantid}", MicrosoftFixture.token(tenant, ["tid": .gone]), isGood: false),
        Passage("common", published: "{tenantid}", MicrosoftFixture.token("{tenantid}"), isGood: false),
        Passage("common", published: "{tenantid}", MicrosoftFixture.token("../evil"), isGood: false),
        Passage("common", published: "{tenantid}", MicrosoftFixture.token(tenant.uppercased() + "A"), isGood: false),
        Passage(
            "common", published: "{tenantid}",
            MicrosoftFixture.token(tenant, ["iss": .string("https://evil.example/\(tenant)/v2.0")]), isGood: false),
        Passage(
            "common", published: "{tenantid}",
            MicrosoftFixture.token(tenant, ["iss": .string("https://sts.windows.net/\(tenant)/")]), isGood: false),
        Passage("organizations", published: "{tenantid}", MicrosoftFixture.token(), isGood: true),
        Passage("organizations", published: "{tenantid}", MicrosoftFixture.token(consumers), isGood: false),
        Passage("consumers", published: consumers, MicrosoftFixture.token(consumers), isGood: true),
        Passage("consumers", published: consumers, MicrosoftFixture.token(), isGood: false),
        Passage(tenant, published: tenant, MicrosoftFixture.token(), isGood: true),
        Passage(tenant, published: tenant, MicrosoftFixture.token(other), isGood: false),
        Passage("city.example", published: tenant, MicrosoftFixture.token(), isGood: true),
        Passage("city.example", published: tenant, MicrosoftFixture.token(other), isGood: false),
    ])
    func `The issuer is made of the token's own tenant, and that tenant must be one asked for`(
        passage: Passage
    ) async throws {
        let fixture = OpenIDFixture()
        let connector = try MicrosoftFixture.connector(fixture, tenant: passage.tenant, published: passage.published)
        fixture.issue(try fixture.idToken(passage.token))
        #expect(try await fixture.failure(connector) == (passage.isGood ? nil : .untrusted(.issuer)))
    }

    @Test(arguments: [
        ("common", MicrosoftFixture.tenant), ("organizations", MicrosoftTenant.consumerID), ("consumers", "{tenantid}"),
        (MicrosoftFixture.tenant, MicrosoftFixture.other), (MicrosoftFixture.tenant, "{tenantid}"),
        ("city.example", "{tenantid}"), ("city.example", "city.example"),
    ])
    func `Metadata of another tenant is refused`(tenant: String, published: String) async throws {
        let fixture = OpenIDFixture()
        let connector = try MicrosoftFixture.connector(
            fixture, tenant: tenant, published: MicrosoftFixture.issuer(published))
        let place = MicrosoftFixture.issuer(tenant) + "/.well-known/openid-configuration"
        #expect(
            try await fixture.failure(connector)
                == .misbehaved(cause: "\(place) names another issuer than the provider file"))
    }

    @Test func `A person is known by oid and tid, never by sub, and the tenant is kept`() async throws {
        let fixture = OpenIDFixture()
        let connector = try MicrosoftFixture.connector(fixture, #", "claims": {"department": "$.tid"}"#)
        let login = try await fixture.login(connector, MicrosoftFixture.token(Self.tenant, ["sub": "pairwise"]))
        #expect(login.subject == "\(MicrosoftFixture.person).\(Self.tenant)")
        #expect(login.claims.values["tid"] == .string(Self.tenant))
        for changes in [["oid": .gone], ["oid": "root"], ["sub": .gone]] as [[String: JSONValue?]] {
            fixture.issue(try fixture.idToken(MicrosoftFixture.token(Self.tenant, changes)))
            #expect(try await fixture.failure(connector) == .untrusted(.subjectMissing))
        }
    }

    @Test(
        arguments: [
            ([:], false), (["xms_edov": true], true), (["xms_edov": 1], true), (["xms_edov": "1"], true),
            (["xms_edov": "true"], true), (["xms_edov": false], false), (["xms_edov": 0], false),
            (["xms_edov": "0"], false), (["xms_edov": "yes"], false), (["xms_edov": 2], false),
            (["xms_edov": .object([:])], false), (["email_verified": false, "xms_edov": true], false),
            (["email_verified": "false", "xms_edov": 1], false), (["email_verified": true, "xms_edov": false], true),
            (["email": .gone, "upn": "jana@city.example", "xms_edov": true], false),
        ] as [([String: JSONValue?], Bool)])
    func `An address counts as verified by xms_edov alone, and only where nothing else is said`(
        claims: [String: JSONValue?], isVerified: Bool
    ) async throws {
        let fixture = OpenIDFixture()
        let connector = try MicrosoftFixture.connector(fixture)
        let login = try await fixture.login(connector, MicrosoftFixture.token(Self.tenant, claims))
        #expect(login.claims.isEmailVerified == isVerified)
    }

    @Test func `A user principal name mapped to the address is not verified`() async throws {
        let fixture = OpenIDFixture()
        let connector = try MicrosoftFixture.connector(fixture, #", "claims": {"email": "$.upn"}"#)
        let token = MicrosoftFixture.token(Self.tenant, ["upn": "root@city.example", "xms_edov": true])
        let login = try await fixture.login(connector, token)
        #expect(login.claims.email == "root@city.example")
        #expect(!login.claims.isEmailVerified)
    }

    @Test func `An access token for Graph is left alone, and userinfo is not asked`() async throws {
        let fixture = OpenIDFixture()
        let connector = try MicrosoftFixture.connector(fixture)
        let graph: [String: JSONValue] = ["iss": .string(MicrosoftFixture.issuer(Self.tenant)), "exp": 1]
        let access = try ForgedToken(graph, signedWith: .p256("graph")).text()
        fixture.issue(try fixture.idToken(MicrosoftFixture.token()), more: ["access_token": .string(access)])
        #expect(try await fixture.failure(connector) == nil)
        #expect(fixture.transport.count(OpenIDFixture.userinfo) == 0)
    }

    @Test func `Tokens handed over must show that they belong together`() async throws {
        let fixture = OpenIDFixture()
        let connector = try MicrosoftFixture.connector(fixture)
        let tokens = UpstreamTokens(
            accessToken: Secret("opaque"), idToken: try fixture.idToken(MicrosoftFixture.token()))
        let error = await connectorError { () async throws(ConnectorError) in
            try await connector.verify(tokens, at: OpenIDFixture.now)
        }
        #expect(error == .untrusted(.accessTokenHash))
    }

    @Test func `A refresh must be about the same person of the same tenant`() async throws {
        let fixture = OpenIDFixture()
        let connector = try MicrosoftFixture.connector(fixture)
        let old = UpstreamTokens(accessToken: Secret("a"), refreshToken: Secret("r"))
        let subject = "\(MicrosoftFixture.person).\(Self.tenant)"
        for (tenant, error) in [(Self.tenant, nil), (Self.other, ConnectorError.untrusted(.subjectMismatch))] {
            fixture.issue(try fixture.idToken(MicrosoftFixture.token(tenant)))
            let found = await connectorError { () async throws(ConnectorError) in
                try await connector.refresh(old, of: subject, at: OpenIDFixture.now)
            }
            #expect(found == error)
        }
    }

    @Test(arguments: [
        (#""tenant": "everybody""#, "$.tenant"), (#""tenant": "11111111-2222""#, "$.tenant"),
        (#""tenant": "a/../b.example""#, "$.tenant"), (#""tenant": "common", "groups": "all""#, "$.groups"),
        (#""tenant": "common", "scopes": ["openid"]"#, "$.scopes"),
        (#""tenant": "common", "issuer": "https://login.microsoftonline.us/organizations/v2.0""#, "$.issuer"),
        (#""tenant": "common", "allow": {"tenants": ["city.example"]}"#, "$.allow.tenants"),
        (#""tenant": "common", "allow": {"tenants": []}"#, "$.allow.tenants"),
        (#""tenant": "common", "allow": {"hosted_domains": ["city.example"]}"#, "$.allow.hosted_domains"),
    ])
    func `A file that makes no sense is named`(members: String, key: String) {
        let problem = #expect(throws: ProviderFileProblem.self) {
            try ProviderFileTests.read(
                #"{"id": "m", "type": "microsoft", "name": "M", "client_id": "a", "client_secret": "b", \#(members)}"#)
        }
        #expect(problem?.key == key)
    }

    @Test func `A national cloud is named as the issuer, and tenants to let in are read`() throws {
        let definition = try ProviderFileTests.definition(
            #"""
            {"id": "m", "type": "microsoft", "name": "M", "client_id": "a", "client_secret": "b",
             "tenant": "organizations", "issuer": "https://login.microsoftonline.us/organizations/v2.0",
             "allow": {"tenants": ["11111111-2222-3333-4444-55555555555A"]}}
            """#)
        #expect(definition.admission == AdmissionRule(tenants: ["11111111-2222-3333-4444-55555555555a"]))
        guard case .oidc(_, .microsoft(let dialect)) = definition.upstream else {
            Issue.record("not a Microsoft provider")
            return
        }
        #expect(dialect.authority == "https://login.microsoftonline.us")
    }
}
