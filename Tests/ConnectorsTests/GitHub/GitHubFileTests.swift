import OAuth
import Testing

@testable import Connectors

@Suite("Provider files: GitHub") struct GitHubFileTests {
    private func settings(_ more: String = "") throws -> GitHubSettings {
        let text = """
            {"id": "city", "type": "github", "name": "GitHub", "client_id": "Iv1.1",
             "client_secret": "s"\(more.isEmpty ? "" : ",\n \(more)")}
            """
        guard case .gitHub(let settings) = try ProviderFileTests.definition(text).upstream else {
            throw ProviderFileTests.Unusable()
        }
        return settings
    }

    @Test func `The shortest file is for github.com`() throws {
        let settings = try settings()
        #expect(settings.client == UpstreamClient(id: "Iv1.1", authentication: .post(Secret("s"))))
        #expect(settings.authorization.url == "https://github.com/login/oauth/authorize")
        #expect(settings.token.url == "https://github.com/login/oauth/access_token")
        #expect(settings.api.url == "https://api.github.com")
        #expect(settings.issuer == "https://github.com/login/oauth")
        #expect(settings.scope == Scope(["user:email"]))
        #expect(settings.membership == GitHubMembership())
        #expect(settings.addresses == .verifiedThere)
    }

    @Test(arguments: [
        ("github.city.example", "https://github.city.example/api/v3"),
        ("GitHub.City.example:8443", "https://github.city.example:8443/api/v3"),
        ("city.ghe.com", "https://api.city.ghe.com"),
    ])
    func `An Enterprise host has pages, API and issuer of its own, and unproved addresses`(
        host: String, api: String
    ) throws {
        let settings = try settings(#""host": "\#(host)""#)
        let lowered = host.lowercased()
        #expect(settings.authorization.url == "https://\(lowered)/login/oauth/authorize")
        #expect(settings.token.url == "https://\(lowered)/login/oauth/access_token")
        #expect(settings.api.url == api)
        #expect(settings.issuer == "https://\(lowered)/login/oauth")
        #expect(settings.addresses == .unverified)
        let vouched = try self.settings(#""host": "\#(host)", "emails_are_verified": true"#)
        #expect(vouched.addresses == .vouchedFor)
        #expect(try self.settings(#""host": "\#(host)", "emails_are_verified": false"#).addresses == .unverified)
    }

    @Test func `github.com by name is github.com`() throws {
        #expect(try settings(#""host": "GitHub.com""#).addresses == .verifiedThere)
        #expect(try settings(#""host": "GitHub.com""#).api.url == "https://api.github.com")
    }

    @Test func `Where people have to belong is read, and asked for`() throws {
        let settings = try settings(
            #""scopes": ["read:user"], "allow": {"organizations": ["City"], "teams": ["City/Admins", "x/y"]}"#)
        #expect(settings.membership == GitHubMembership(organizations: ["city"], teams: ["city/admins", "x/y"]))
        #expect(settings.scope == Scope(["read:user", "read:org"]))
    }

    @Test func `Endpoints can be named one by one`() throws {
        let settings = try settings(#""endpoints": {"api": "http://127.0.0.1:9/api/v3"}"#)
        #expect(settings.api.url == "http://127.0.0.1:9/api/v3")
        #expect(settings.token.url == "https://github.com/login/oauth/access_token")
    }

    private static let host = "a host such as github.city.example"

    @Test(arguments: [
        (#""host": "https://github.city.example""#, "$.host", host),
        (#""host": "github.city.example/api""#, "$.host", host),
        (#""host": "jana@github.city.example""#, "$.host", host), (#""host": "github.city.example?x""#, "$.host", host),
        (#""host": "github.city.example:""#, "$.host", host), (#""host": ":443""#, "$.host", host),
        (#""host": "github .example""#, "$.host", host), (#""host": "gıthub.com""#, "$.host", host),
        (
            #""emails_are_verified": true"#, "$.emails_are_verified",
            "left out: github.com says itself which addresses are verified"
        ),
        (#""allow": {"organizations": []}"#, "$.allow.organizations", "a list of names such as city"),
        (#""allow": {"organizations": ["city/admins"]}"#, "$.allow.organizations", "a list of names such as city"),
        (#""allow": {"organizations": [""]}"#, "$.allow.organizations", "a list of names such as city"),
        (#""allow": {"teams": ["admins"]}"#, "$.allow.teams", "a list of names such as city/admins"),
        (#""allow": {"teams": ["city/"]}"#, "$.allow.teams", "a list of names such as city/admins"),
        (#""allow": {"teams": ["city/a/b"]}"#, "$.allow.teams", "a list of names such as city/admins"),
        (#""allow": {"teams": ["city/ä"]}"#, "$.allow.teams", "a list of names such as city/admins"),
    ])
    func `What is wrong is named with its line and key`(more: String, key: String, expected: String) throws {
        let problem = #expect(throws: ProviderFileProblem.self) { try settings(more) }
        #expect(
            problem
                == ProviderFileProblem(
                    file: "city.json", line: 3, key: key, reason: .badValue(expected: expected)))
    }
}
