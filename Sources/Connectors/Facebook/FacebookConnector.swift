import FoundationEssentials
import OAuth

/// Facebook Login: OAuth 2.0 with error objects of its own, and the Graph API.
struct FacebookConnector: Connector {
    private let graph: FacebookGraph
    private let login: OAuth2Login

    /// Asks Facebook nothing yet.
    init(_ settings: FacebookSettings, transport: any UpstreamTransport) {
        graph = FacebookGraph(
            base: settings.graph, appID: settings.appID, secret: settings.secret, transport: transport)
        login = OAuth2Login(
            // Its pages drop a challenge, and its token endpoint then refuses the verifier.
            flow: AuthorizationCodeFlow(
                scope: settings.scope, proofKey: .none,
                tokens: TokenEndpoint(client: settings.client, transport: transport)),
            authorization: settings.authorization, token: settings.token, issuer: .perhaps(nil),
            dialect: FacebookDialect(), people: graph, claims: settings.claims)
    }

    var redirectLogin: (any RedirectLogin)? { login }
    var tokenVerification: (any TokenVerification)? { self }
    /// Nil: Facebook has no refresh tokens; its access tokens last for weeks instead.
    var tokenRefresh: (any TokenRefresh)? { nil }
}

extension FacebookConnector: TokenVerification {
    func mayHaveIssued(_ tokens: UpstreamTokens) -> Bool { tokens.nameNoIssuer }

    func verify(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> UpstreamLogin {
        let person = try await graph.person(with: tokens.accessToken)
        return login.login(
            of: person, with: UpstreamTokens(accessToken: tokens.accessToken, expiresAt: tokens.expiresAt))
    }
}

/// How Facebook asks for the password again; there is no hint.
private struct FacebookDialect: OAuth2Dialect {
    func parameters(for attempt: UpstreamAttempt) -> [(name: String, value: String)] {
        switch attempt.freshness {
        case .any: []
        case .proveAgain: [("auth_type", "reauthenticate")]
        }
    }
}
