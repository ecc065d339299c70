import FoundationEssentials
import OAuth

@testable import Connectors

/// github.com or an Enterprise Server made of stubs, with one person, in a time that stands still.
struct GitHubFixture {
    static let now = OpenIDFixture.now
    static let clientID = "Iv1.8a61f9b3a7aba766"
    static let secret = Secret("github-secret/+")
    static let accessToken = Secret("gho_16C7e42F292c6912E7710c838347Ae178B4a")
    static let issuer = "https://github.com/login/oauth"
    static let token = "https://github.com/login/oauth/access_token"
    static let user = "https://api.github.com/user"
    static let addresses = "https://api.github.com/user/emails"
    static let application = "https://api.github.com/applications/Iv1.8a61f9b3a7aba766/token"
    static let answer = UpstreamAnswer.code(Secret("the-code"), issuer: issuer)

    static let jana: [String: JSONValue] = [
        "login": "jana-n", "id": 583_231, "name": "Jana Nováková", "avatar_url": "https://avatars.example/u/583231",
        "html_url": "https://github.com/jana-n", "email": "profile@elsewhere.example", "email_verified": true,
        "updated_at": "2026-01-22T18:25:24Z", "company": "City of Example",
    ]

    let transport = StubTransport()

    init() {
        issue()
        transport.answer(Self.user, .object(Self.jana))
        transport.answer(Self.addresses, .array([Self.address("jana@city.example")]))
    }

    static func organizations(page: Int) -> String { "https://api.github.com/user/orgs?per_page=100&page=\(page)" }

    static func teams(page: Int) -> String { "https://api.github.com/user/teams?per_page=100&page=\(page)" }

    static func address(_ email: String, primary: Bool = true, verified: Bool = true) -> JSONValue {
        .object(["email": .string(email), "primary": .bool(primary), "verified": .bool(verified)])
    }

    static func team(_ organization: String, _ slug: String) -> JSONValue {
        .object(["slug": .string(slug), "organization": .object(["login": .string(organization)])])
    }

    /// Lets the token endpoint answer with a token, some members changed.
    func issue(_ changes: [String: JSONValue?] = [:]) {
        let answer: [String: JSONValue] = [
            "access_token": .string(Self.accessToken.reveal()), "token_type": "bearer", "scope": "user:email",
        ]
        transport.answer(Self.token, .object(answer.with(changes)))
    }

    /// Lets the API say whose token of which application it is.
    func report(_ changes: [String: JSONValue?] = [:]) {
        let report: [String: JSONValue] = [
            "app": .object(["client_id": .string(Self.clientID)]), "user": .object(["id": 583_231]),
            "expires_at": "2026-09-21T16:53:20Z",
        ]
        transport.answer(Self.application, .object(report.with(changes)))
    }

    /// Lets the API list these organisations, a page each.
    func listOrganizations(_ pages: [String]...) {
        for (index, page) in (pages + [[]]).enumerated() {
            transport.answer(
                Self.organizations(page: index + 1), .array(page.map { .object(["login": .string($0)]) }))
        }
    }

    func settings(
        _ membership: GitHubMembership = GitHubMembership(), addresses: GitHubAddresses = .verifiedThere,
        claims: ClaimMapping = ClaimMapping()
    ) throws -> GitHubSettings {
        GitHubSettings(
            client: UpstreamClient(id: Self.clientID, authentication: .post(Self.secret)),
            authorization: try UpstreamEndpoint(named: "https://github.com/login/oauth/authorize"),
            token: try UpstreamEndpoint(named: Self.token),
            api: try UpstreamEndpoint(named: "https://api.github.com"), issuer: Self.issuer,
            scope: Scope(["user:email"] + membership.scope), membership: membership, addresses: addresses,
            claims: claims)
    }

    func connector(
        _ membership: GitHubMembership = GitHubMembership(), addresses: GitHubAddresses = .verifiedThere,
        claims: ClaimMapping = ClaimMapping()
    ) throws -> GitHubConnector {
        GitHubConnector(try settings(membership, addresses: addresses, claims: claims), transport: transport)
    }

    /// A whole login.
    func login(
        _ answer: UpstreamAnswer = GitHubFixture.answer, _ membership: GitHubMembership = GitHubMembership(),
        addresses: GitHubAddresses = .verifiedThere, claims: ClaimMapping = ClaimMapping()
    ) async throws -> UpstreamLogin {
        let login = try connector(membership, addresses: addresses, claims: claims).redirectLogin
        guard let login else { throw ConnectorError.misbehaved(cause: "no login") }
        return try await login.complete(answer, to: OpenIDFixture.attempt(), at: Self.now)
    }

    /// How a login fails, if it does.
    func failure(
        _ answer: UpstreamAnswer = GitHubFixture.answer, _ membership: GitHubMembership = GitHubMembership()
    ) async -> ConnectorError? {
        do {
            _ = try await login(answer, membership)
            return nil
        } catch {
            return error as? ConnectorError
        }
    }
}
