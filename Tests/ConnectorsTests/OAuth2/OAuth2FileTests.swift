import OAuth
import Testing

@testable import Connectors

@Suite("Provider files: plain OAuth 2.0") struct OAuth2FileTests {
    private static let endpoints = """
        "endpoints": {"authorization": "https://campus.example/authorize", "token": "https://campus.example/token", \
        "userinfo": "https://campus.example/me"}
        """

    private func settings(
        _ more: String = "", endpoints: String = endpoints, subject: String = #""subject": "$.id""#
    ) throws -> OAuth2Settings {
        let members = [endpoints, subject, more].filter { !$0.isEmpty }.map { ",\n \($0)" }.joined()
        let text = #"{"id": "city", "type": "oauth2", "name": "C", "client_id": "a", "client_secret": "s"\#(members)}"#
        guard case .oauth2(let settings) = try ProviderFileTests.definition(text).upstream else {
            throw ProviderFileTests.Unusable()
        }
        return settings
    }

    @Test func `The shortest file gets PKCE, no scope, and the secret in the header`() throws {
        let settings = try settings()
        #expect(settings.client == UpstreamClient(id: "a", authentication: .basic(Secret("s"))))
        #expect(settings.authorization.url == "https://campus.example/authorize")
        #expect(settings.token.url == "https://campus.example/token")
        #expect(settings.user.url == "https://campus.example/me")
        #expect(settings.revocation == nil)
        #expect(settings.issuer == nil)
        #expect(settings.scope == Scope([]))
        #expect(settings.proofKey == .s256)
        #expect(settings.subject == ClaimPath("$.id"))
    }

    @Test func `Every other key is understood`() throws {
        let settings = try settings(
            """
            "pkce": "none", "scopes": ["profile", "mail"], "issuer": "https://campus.example",
            "token_endpoint_auth_method": "client_secret_post", "claims": {"name": "$.who.name"}
            """)
        #expect(settings.proofKey == .none)
        #expect(settings.scope == Scope(["profile", "mail"]))
        #expect(settings.issuer == "https://campus.example")
        #expect(settings.client.authentication == .post(Secret("s")))
        let said: [String: JSONValue] = ["who": .object(["name": "Jana"])]
        #expect(settings.claims.person(from: said).values == ["name": "Jana"])
    }

    @Test(arguments: [
        (endpoints, "", "$.subject", ProviderFileProblem.Reason.missingKey),
        (endpoints, #""subject": "id""#, "$.subject", .badValue(expected: "a path such as $.id")),
        ("", #""subject": "$.id""#, "$.endpoints", .missingKey),
        (
            endpoints.replacing(#""userinfo""#, with: #""revocation""#), #""subject": "$.id""#, "$.endpoints.userinfo",
            .missingKey
        ),
        (
            endpoints.replacing("https://campus.example/token", with: "http://campus.example/token"),
            #""subject": "$.id""#, "$.endpoints.token", .address(.insecure)
        ),
        (
            endpoints, #""subject": "$.id", "pkce": "plain""#, "$.pkce", .badValue(expected: "S256 or none")
        ),
        (
            endpoints, #""subject": "$.id", "login": "front_end""#, "$.login",
            .badValue(expected: "broker for a provider without ID tokens")
        ),
    ])
    func `What is wrong is named`(
        endpoints: String, subject: String, key: String, reason: ProviderFileProblem.Reason
    ) throws {
        let problem = #expect(throws: ProviderFileProblem.self) { try settings(endpoints: endpoints, subject: subject) }
        #expect(problem?.key == key)
        #expect(problem?.reason == reason)
    }
}
