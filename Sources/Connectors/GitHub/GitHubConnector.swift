import FoundationEssentials
import OAuth

/// github.com or a GitHub Enterprise Server: OAuth 2.0, and an API that says who somebody is.
struct GitHubConnector: Connector {
    let client: UpstreamClient
    let api: GitHubAPI
    private let people: GitHubPeople
    private let login: OAuth2Login
    private let refresh: OAuth2Refresh

    /// Asks GitHub nothing yet.
    init(_ settings: GitHubSettings, transport: any UpstreamTransport) {
        client = settings.client
        api = GitHubAPI(base: settings.api, transport: transport)
        people = GitHubPeople(api: api, membership: settings.membership, addresses: settings.addresses)
        let tokens = TokenEndpoint(client: settings.client, transport: transport)
        login = OAuth2Login(
            flow: AuthorizationCodeFlow(scope: settings.scope, proofKey: .s256, tokens: tokens),
            authorization: settings.authorization, token: settings.token, issuer: .perhaps(settings.issuer),
            dialect: GitHubDialect(), people: people, claims: settings.claims)
        refresh = OAuth2Refresh(tokens, at: settings.token, people: people)
    }

    var redirectLogin: (any RedirectLogin)? { login }
    var tokenVerification: (any TokenVerification)? { self }
    /// Of use for GitHub Apps whose tokens expire; others never get a refresh token to come with.
    var tokenRefresh: (any TokenRefresh)? { refresh }
    var tokenRevocation: (any TokenRevocation)? { self }
}

extension GitHubConnector: TokenVerification {
    func mayHaveIssued(_ tokens: UpstreamTokens) -> Bool { tokens.nameNoIssuer }

    /// GitHub's API takes the tokens of every application there is, so it is asked whose this one is first.
    func verify(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> UpstreamLogin {
        let report = try await api.inspect(tokens.accessToken, of: client)
        let person = try await people.person(with: tokens.accessToken)
        try person.require(report.owner)
        var tokens = tokens
        tokens.expiresAt = tokens.expiresAt ?? report.expiry
        return login.login(of: person, with: tokens)
    }
}

/// How GitHub calls what OpenID Connect calls `login_hint` and `prompt`.
private struct GitHubDialect: OAuth2Dialect {
    func parameters(for attempt: UpstreamAttempt) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        if let hint = attempt.loginHint { parameters.append(("login", hint)) }
        switch attempt.freshness {
        case .any: break
        // The nearest there is: GitHub asks which account, but not for the password again.
        case .proveAgain: parameters.append(("prompt", "select_account"))
        }
        return parameters
    }
}
