import FoundationEssentials
import OAuth

/// GitHub's REST API, as far as it takes to know who somebody is and where they belong.
struct GitHubAPI: Sendable {
    let base: UpstreamEndpoint
    let transport: any UpstreamTransport

    /// An address of a person (`GET /user/emails`).
    struct Address: Decodable, Sendable, Hashable {
        let email: String
        let primary: Bool
        let verified: Bool
    }

    /// What the application may learn about a token of its own (`POST /applications/{client_id}/token`).
    struct TokenReport: Sendable, Hashable {
        let owner: String
        let expiry: Date?
    }

    /// Longest lists that are read, in pages.
    static let maximumPages = 10
    /// The most that GitHub puts on one page.
    private static let pageLength = 100

    private struct Named: Decodable, Sendable {
        let login: String
    }

    private struct Team: Decodable, Sendable {
        let slug: String
        let organization: Named
    }

    private struct Failure: Decodable {
        let message: String?
    }

    private struct Report: Decodable {
        struct Application: Decodable {
            let client_id: String
        }
        struct User: Decodable {
            let id: JSONValue
        }
        let app: Application
        let user: User?
        let expires_at: String?
    }

    /// `GET /user`: everything said about the person behind `accessToken`.
    func user(with accessToken: Secret) async throws(ConnectorError) -> [String: JSONValue] {
        try await fetch([String: JSONValue].self, from: base.appendingPath("/user"), with: accessToken)
    }

    /// `GET /user/emails`; none where the application may not see them.
    func addresses(with accessToken: Secret) async throws(ConnectorError) -> [Address] {
        let endpoint = base.appendingPath("/user/emails")
        let response = try await answer(from: endpoint, with: accessToken)
        guard response.status != 403, response.status != 404 else { return [] }
        try response.requireSuccess(from: endpoint)
        return try response.decode([Address].self, from: endpoint)
    }

    /// Whether the person belongs to one of `organizations`, given in lower case (`GET /user/orgs`).
    func belongs(
        toAnyOf organizations: Set<String>, with accessToken: Secret
    ) async throws(ConnectorError) -> Bool {
        try await list([Named].self, at: "/user/orgs", with: accessToken) { organization in
            organizations.contains(organization.login.lowercased())
        }
    }

    /// Whether the person belongs to one of `teams`, each `organization/team` in lower case (`GET /user/teams`).
    func belongs(toAnyTeamOf teams: Set<String>, with accessToken: Secret) async throws(ConnectorError) -> Bool {
        try await list([Team].self, at: "/user/teams", with: accessToken) { team in
            teams.contains("\(team.organization.login)/\(team.slug)".lowercased())
        }
    }

    /// Asks whose token of `client` `accessToken` is.
    func inspect(_ accessToken: Secret, of client: UpstreamClient) async throws(ConnectorError) -> TokenReport {
        let endpoint = tokenEndpoint(of: client)
        let response = try await send(.post, accessToken, to: endpoint, of: client)
        // GitHub's word for a token that is not one, or not one of this application.
        guard response.status != 404, response.status != 422 else { throw .untrusted(.malformed) }
        try response.requireSuccess(from: endpoint)
        let report = try response.decode(Report.self, from: endpoint)
        guard report.app.client_id.utf8.elementsEqual(client.id.utf8) else { throw .untrusted(.audience) }
        guard let owner = report.user?.id.subjectText else { throw .untrusted(.subjectMissing) }
        let expiry = report.expires_at.flatMap { try? Date($0, strategy: .iso8601) }
        return TokenReport(owner: owner, expiry: expiry)
    }

    /// Ends `accessToken`, and with it the refresh token that came with it. One that is over already is no error.
    func end(_ accessToken: Secret, of client: UpstreamClient) async throws(ConnectorError) {
        let endpoint = tokenEndpoint(of: client)
        let response = try await send(.delete, accessToken, to: endpoint, of: client)
        switch response.status {
        case 204, 404, 422: return
        default: throw .misbehaved(cause: "\(endpoint) answered \(response.status) to a revocation")
        }
    }

    /// Goes through the pages of a list until `matches`.
    ///
    /// Ends with the first empty page: a short one may be followed by others. A list too long to read to its end tells
    /// nothing, which is not a no.
    private func list<Element: Decodable & Sendable>(
        _ type: [Element].Type, at path: String, with accessToken: Secret, matches: (Element) -> Bool
    ) async throws(ConnectorError) -> Bool {
        for page in 1...Self.maximumPages {
            let endpoint = base.appendingPath(path)
                .adding([("per_page", String(Self.pageLength)), ("page", String(page))])
            let elements = try await fetch(type, from: endpoint, with: accessToken)
            guard !elements.isEmpty else { return false }
            if elements.contains(where: matches) { return true }
        }
        throw .misbehaved(cause: "\(base.appendingPath(path)) lists more than can be read")
    }

    private func fetch<Answer: Decodable>(
        _ type: Answer.Type, from endpoint: UpstreamEndpoint, with accessToken: Secret
    ) async throws(ConnectorError) -> Answer {
        let response = try await answer(from: endpoint, with: accessToken)
        try response.requireSuccess(from: endpoint)
        return try response.decode(type, from: endpoint)
    }

    /// The answer to a GET, whatever it is but throttling, which GitHub also writes as 403.
    private func answer(
        from endpoint: UpstreamEndpoint, with accessToken: Secret
    ) async throws(ConnectorError) -> UpstreamResponse {
        let response = try await transport.send(
            UpstreamRequest(endpoint, authorization: .bearer(accessToken, of: .person)))
        try response.requireAnswer(from: endpoint)
        if response.status == 403, let failure = try? response.decode(Failure.self, from: endpoint),
            failure.message?.lowercased().contains("rate limit") == true
        {
            throw .unavailable(cause: "\(endpoint) answered 403: rate limit")
        }
        return response
    }

    private func tokenEndpoint(of client: UpstreamClient) -> UpstreamEndpoint {
        base.appendingPath("/applications/\(FormEncoding.encode(client.id))/token")
    }

    /// Sends `accessToken` as the application itself.
    private func send(
        _ method: UpstreamRequest.JSONMethod, _ accessToken: Secret, to endpoint: UpstreamEndpoint,
        of client: UpstreamClient
    ) async throws(ConnectorError) -> UpstreamResponse {
        guard let secret = client.secret, let body = try? JSONEncoder().encode(["access_token": accessToken]) else {
            throw .misbehaved(cause: "\(endpoint) cannot be asked without a client secret")
        }
        // Basic as RFC 7617 has it: this is the API, not the token endpoint, and form-encodes nothing.
        let response = try await transport.send(
            UpstreamRequest(
                endpoint, content: .json(method, Array(body)), authorization: .basic(name: client.id, password: secret)
            ))
        try response.requireAnswer(from: endpoint)
        return response
    }
}
