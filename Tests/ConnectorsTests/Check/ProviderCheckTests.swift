import OAuth
import SimulatedUpstream
import Testing

@testable import Connectors

@Suite("Checking a provider") struct ProviderCheckTests {
    private func findings(_ fixture: OpenIDFixture, _ settings: UpstreamSettings) async -> [Finding] {
        let definition = ProviderDefinition(
            id: ProviderID(rawValue: "city"), name: "City", activity: .enabled, way: .broker,
            admission: AdmissionRule(), upstream: .oidc(settings))
        return await ProviderCheck(transport: fixture.transport)
            .findings(for: .usable(definition), at: OpenIDFixture.now)
    }

    @Test func `A sound provider has nothing to warn of`() async throws {
        let fixture = OpenIDFixture()
        fixture.publish([
            "revocation_endpoint": "https://id.example/revoke", "end_session_endpoint": "https://id.example/logout",
        ])
        let findings = await findings(fixture, try fixture.settings())
        #expect(findings.filter { $0.severity != .fine }.isEmpty)
        #expect(findings.map(\.text).contains("The provider supports PKCE with S256."))
        #expect(findings.map(\.text).contains("The EC key key-1 can verify ES256."))
    }

    @Test func `A template for an issuer and APIs that are not listed are no reason for alarm`() async throws {
        let fixture = OpenIDFixture()
        let connector = try MicrosoftFixture.connector(
            fixture, #", "scopes": ["openid", "profile", "offline_access", "User.Read"]"#)
        fixture.publish(
            [
                "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0",
                "scopes_supported": .array(["openid", "profile", "email", "offline_access"]),
                "token_endpoint_auth_methods_supported": .array([
                    "client_secret_post", "private_key_jwt", "client_secret_basic",
                ]), "authorization_response_iss_parameter_supported": .gone,
                "code_challenge_methods_supported": .gone,
            ], at: "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration")
        guard let dialect = connector.dialect as? MicrosoftDialect else {
            Issue.record("not Microsoft's dialect")
            return
        }
        let definition = ProviderDefinition(
            id: ProviderID(rawValue: "microsoft"), name: "Microsoft", activity: .enabled, way: .broker,
            admission: AdmissionRule(), upstream: .oidc(connector.settings, .microsoft(dialect)))
        let findings = await ProviderCheck(transport: fixture.transport)
            .findings(for: .usable(definition), at: OpenIDFixture.now)
        #expect(findings.allSatisfy { $0.severity == .fine || $0.severity == .note })
        let issuer =
            "Discovery works, and tokens name their issuer as https://login.microsoftonline.com/{tenantid}/v2.0."
        #expect(findings.contains(Finding(.fine, issuer)))
    }

    struct Odd: Sendable, CustomTestStringConvertible {
        let metadata: [String: JSONValue?]
        let finding: Finding

        var testDescription: String { finding.text }
    }

    @Test(arguments: [
        Odd(
            metadata: ["issuer": "https://evil.example"],
            finding: Finding(
                .problem,
                "Discovery fails: https://id.example/.well-known/openid-configuration names another issuer than the "
                    + "provider file.")),
        Odd(metadata: ["token_endpoint": .gone], finding: Finding(.problem, "There is no token_endpoint.")),
        Odd(
            metadata: ["userinfo_endpoint": .gone],
            finding: Finding(.note, "There is no userinfo_endpoint; claims come from the ID token alone.")),
        Odd(
            metadata: ["revocation_endpoint": .gone],
            finding: Finding(
                .note, "There is no revocation_endpoint; tokens that are no longer needed live on there.")),
        Odd(
            metadata: ["end_session_endpoint": .gone],
            finding: Finding(.note, "There is no end_session_endpoint; whoever logs out here stays logged in there.")),
        Odd(
            metadata: ["token_endpoint": "https://10.0.0.1/"],
            finding: Finding(
                .problem,
                "token_endpoint of https://id.example leads into a private network; the provider file may name it "
                    + "instead.")),
        Odd(
            metadata: ["response_types_supported": .array(["id_token"])],
            finding: Finding(.problem, "The provider does not offer the response type code.")),
        Odd(
            metadata: ["code_challenge_methods_supported": .gone],
            finding: Finding(
                .note, "The provider does not say whether it supports PKCE; the challenge is sent anyway.")),
        Odd(
            metadata: ["code_challenge_methods_supported": .array(["plain"])],
            finding: Finding(.warning, "The provider lists PKCE methods, but not S256; it may refuse the challenge.")),
        Odd(
            metadata: ["token_endpoint_auth_methods_supported": .array(["private_key_jwt"])],
            finding: Finding(
                .warning,
                "The token endpoint lists private_key_jwt, not client_secret_basic: set token_endpoint_auth_method to "
                    + "one of them.")),
        Odd(
            metadata: ["id_token_signing_alg_values_supported": .array(["HS256"])],
            finding: Finding(
                .problem, "ID tokens are signed with HS256, none of which is accepted (signing_algorithms).")),
        Odd(
            metadata: ["scopes_supported": .array(["openid"])],
            finding: Finding(.warning, "The provider does not list these scopes: email.")),
        Odd(
            metadata: ["jwks_uri": "https://id.example/gone"],
            finding: Finding(.problem, "The keys cannot be fetched: https://id.example/gone answered 404.")),
    ])
    func `What is odd is said`(odd: Odd) async throws {
        let fixture = OpenIDFixture()
        fixture.publish(odd.metadata)
        #expect(await findings(fixture, try fixture.settings()).contains(odd.finding))
    }

    @Test(
        "How the token endpoint refuses a code that cannot exist tells whether it knows the client",
        arguments: [
            ("invalid_grant", Finding.Severity.fine), ("invalid_client", .problem), ("unauthorized_client", .problem),
            ("invalid_request", .note),
        ])
    func client(error: String, severity: Finding.Severity) async throws {
        let fixture = OpenIDFixture()
        fixture.transport.answer(OpenIDFixture.token, status: 400, .object(["error": .string(error)]))
        let findings = await findings(fixture, try fixture.settings())
        let found = try #require(findings.last)
        #expect(found.severity == severity)
        #expect(found.text.hasPrefix(OpenIDFixture.token))
        #expect(!found.text.contains("s3cret"))
    }

    @Test func `Keys that cannot be used are said`() async throws {
        let fixture = OpenIDFixture()
        let weak: JSONValue = .object(["kty": "RSA", "kid": "weak\u{1B}[31m", "n": "AQAB", "e": "AQAB"])
        fixture.transport.answer(OpenIDFixture.jwks, .object(["keys": .array([weak])]))
        let findings = await findings(fixture, try fixture.settings())
        #expect(findings.contains(Finding(.warning, "The RSA key weak[31m is broken or too weak and is not used.")))
        #expect(findings.contains(Finding(.problem, "https://id.example/keys has no key that can be used.")))
    }

    @Test func `A file without its secrets and one that is switched off are said`() async throws {
        let fixture = OpenIDFixture()
        let check = ProviderCheck(transport: fixture.transport)
        let file = try ProviderFileTests.read(ProviderFileTests.oidc(secret: #""${UNSET}""#))
        #expect(
            await check.findings(for: file, at: OpenIDFixture.now)
                == [Finding(.problem, "The provider cannot be used: UNSET is not set (line 2, $.client_secret).")])
        let off = try ProviderFileTests.read(ProviderFileTests.oidc(#""enabled": false"#))
        #expect(
            await check.findings(for: off, at: OpenIDFixture.now).first
                == Finding(.note, "The file switches the provider off."))
    }

    @Test(.timeLimit(.minutes(1))) func `A pool is asked whether it knows the client`() async throws {
        try await Upstream.run { provider, http in
            for (client, severity) in [
                (Upstream.app, Finding.Severity.fine), (Upstream.rotating, .fine),
                (SimulatedClient(id: "stranger"), .problem),
            ] {
                let settings = try CognitoVerificationTests.connector(provider, http, client: client).settings
                let definition = ProviderDefinition(
                    id: ProviderID(rawValue: "pool"), name: "Pool", activity: .enabled, way: .frontEnd,
                    admission: AdmissionRule(), upstream: .cognito(CognitoSettings(settings, pages: .none)))
                let findings = await ProviderCheck(transport: http)
                    .findings(for: .usable(definition), at: Upstream.now)
                let answer = try #require(findings.first { $0.text.hasPrefix(provider.baseURL + "/ ") })
                #expect(answer.severity == severity)
            }
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            (CognitoSettings.Pages.none, Finding.Severity.note), (.named, .fine), (.discovered, .fine),
        ])
    func `Where a pool's pages are is told`(pages: CognitoSettings.Pages, severity: Finding.Severity) async throws {
        try await Upstream.run { provider, http in
            let settings = try CognitoVerificationTests.connector(provider, http).settings
            let definition = ProviderDefinition(
                id: ProviderID(rawValue: "pool"), name: "Pool", activity: .enabled, way: .broker,
                admission: AdmissionRule(), upstream: .cognito(CognitoSettings(settings, pages: pages)))
            let check = ProviderCheck(transport: http)
            let found = await check.findings(for: .usable(definition), at: Upstream.now).last
            #expect(found?.severity == severity)
            provider.inject(.answer(.serverError, at: .poolDiscovery))
            let broken = await check.findings(for: .usable(definition), at: Upstream.now).last
            #expect((broken?.severity == .problem) == (pages == .discovered))
        }
    }
}
