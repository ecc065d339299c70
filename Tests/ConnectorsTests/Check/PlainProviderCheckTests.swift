import OAuth
import Testing

@testable import Connectors

@Suite("Checking a provider without metadata") struct PlainProviderCheckTests {
    private func findings(
        _ upstream: ProviderDefinition.Upstream, _ transport: StubTransport
    ) async -> [Finding] {
        let definition = ProviderDefinition(
            id: ProviderID(rawValue: "city"), name: "City", activity: .enabled, way: .broker,
            admission: AdmissionRule(), upstream: upstream)
        return await ProviderCheck(transport: transport).findings(for: .usable(definition), at: OpenIDFixture.now)
    }

    private static let token = "https://campus.example/token"

    private func plain(_ proofKey: ProofKey = .s256) throws -> ProviderDefinition.Upstream {
        .oauth2(
            OAuth2Settings(
                client: UpstreamClient(id: "drawbridge", authentication: .post(Secret("s"))),
                authorization: try UpstreamEndpoint(named: "https://campus.example/authorize"),
                token: try UpstreamEndpoint(named: Self.token),
                user: try UpstreamEndpoint(named: "https://campus.example/me"), revocation: nil, issuer: nil,
                scope: Scope([]), proofKey: proofKey, subject: try #require(ClaimPath("$.id")), claims: ClaimMapping()))
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        let status: Int
        let body: JSONValue
        let finding: Finding

        var testDescription: String { finding.text }
    }

    @Test(arguments: [
        Answer(
            status: 400, body: .object(["error": "invalid_grant"]),
            finding: Finding(.fine, "\(token) answers and knows the client.")),
        Answer(
            status: 200, body: .object(["error": "bad_verification_code"]),
            finding: Finding(.fine, "\(token) answers and knows the client.")),
        Answer(
            status: 401, body: .object(["error": "invalid_client"]),
            finding: Finding(.problem, "\(token) does not accept the client or its secret (invalid_client).")),
        Answer(
            status: 200, body: .object(["access_token": "a"]),
            finding: Finding(.warning, "\(token) accepts a code that was never issued.")),
        Answer(
            status: 503, body: .null, finding: Finding(.problem, "Logging in will fail: \(token) answered 503.")),
    ])
    func `How a code that cannot exist is refused tells whether the client is known`(answer: Answer) async throws {
        let transport = StubTransport()
        transport.answer(Self.token, status: answer.status, answer.body)
        let findings = await findings(try plain(), transport)
        #expect(findings.contains(answer.finding))
        #expect(findings.count == 3)
        #expect(
            await self.findings(try plain(.none), transport).contains(Finding(.note, "The file switches PKCE off.")))
    }

    private static let known = Finding(.fine, "https://api.github.com answers and knows the client.")

    @Test(arguments: [
        (404, known),
        (503, Finding(.problem, "Logging in will fail: \(GitHubFixture.application) answered 503.")),
        (
            401,
            Finding(
                .problem,
                "https://api.github.com does not accept the client or its secret: \(GitHubFixture.application) answered "
                    + "401.")
        ),
    ])
    func `GitHub is asked about a token that cannot exist`(status: Int, finding: Finding) async throws {
        let fixture = GitHubFixture()
        fixture.transport.answer(GitHubFixture.application, status: status, .object([:]))
        let settings = try fixture.settings(GitHubMembership(organizations: ["city"]))
        let findings = await findings(.gitHub(settings), fixture.transport)
        #expect(findings.contains(finding))
        #expect(findings.contains { $0.severity == .note && $0.text.contains("organisations") })
    }

    @Test(arguments: [
        (200, JSONValue.object(["data": .object(["is_valid": false])]), Finding.Severity.fine),
        (400, .object(["error": .object(["code": 190])]), .problem),
    ])
    func `So is Facebook`(status: Int, body: JSONValue, severity: Finding.Severity) async throws {
        let transport = StubTransport()
        transport.answer("https://graph.facebook.com/v26.0/debug_token?input_token=check", status: status, body)
        let settings = FacebookSettings(
            appID: "1234", secret: Secret("facebook-secret"),
            authorization: try UpstreamEndpoint(named: "https://www.facebook.com/v26.0/dialog/oauth"),
            token: try UpstreamEndpoint(named: "https://graph.facebook.com/v26.0/oauth/access_token"),
            graph: try UpstreamEndpoint(named: "https://graph.facebook.com/v26.0"), scope: Scope([]),
            claims: ClaimMapping())
        let findings = await findings(.facebook(settings), transport)
        #expect(findings.map(\.severity) == [.fine, severity])
        #expect(findings.allSatisfy { !$0.text.contains("facebook-secret") })
    }
}
