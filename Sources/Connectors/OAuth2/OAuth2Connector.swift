import OAuth

/// Any provider that speaks OAuth 2.0 without ID tokens and has an endpoint that says who somebody is.
struct OAuth2Connector: Connector {
    private let login: OAuth2Login
    private let refresh: OAuth2Refresh
    private let revocation: RevocationEndpoint?

    /// Asks the provider nothing yet.
    init(_ settings: OAuth2Settings, transport: any UpstreamTransport) {
        let tokens = TokenEndpoint(client: settings.client, transport: transport)
        let people = UserEndpoint(endpoint: settings.user, subject: settings.subject, transport: transport)
        login = OAuth2Login(
            flow: AuthorizationCodeFlow(scope: settings.scope, proofKey: settings.proofKey, tokens: tokens),
            authorization: settings.authorization, token: settings.token, issuer: .perhaps(settings.issuer),
            dialect: PlainDialect(), people: people, claims: settings.claims)
        refresh = OAuth2Refresh(tokens, at: settings.token, people: people)
        revocation = settings.revocation.map {
            RevocationEndpoint(credential: tokens.credential, transport: transport, address: $0)
        }
    }

    var redirectLogin: (any RedirectLogin)? { login }

    /// Nil: nothing shows for which client an access token was made, so one from elsewhere proves nobody's login.
    var tokenVerification: (any TokenVerification)? { nil }

    var tokenRefresh: (any TokenRefresh)? { refresh }
    var tokenRevocation: (any TokenRevocation)? { revocation }
}

/// Asks as OpenID Connect would; a provider that knows no such parameter ignores it (RFC 6749 §3.1).
private struct PlainDialect: OAuth2Dialect {
    func parameters(for attempt: UpstreamAttempt) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        if let hint = attempt.loginHint { parameters.append(("login_hint", hint)) }
        switch attempt.freshness {
        case .any: break
        case .proveAgain: parameters.append(("prompt", "login"))
        }
        return parameters
    }
}

/// An endpoint that says, of whatever shape, who a token is about.
struct UserEndpoint: PersonSource {
    let endpoint: UpstreamEndpoint
    let subject: ClaimPath
    let transport: any UpstreamTransport

    func person(with accessToken: Secret) async throws(ConnectorError) -> UpstreamPerson {
        let said = try await transport.json(
            [String: JSONValue].self,
            from: UpstreamRequest(
                endpoint, authorization: .bearer(accessToken, of: .person), limit: UpstreamRequest.personLimit))
        guard let subject = subject.value(in: said)?.subjectText else { throw .untrusted(.subjectMissing) }
        return UpstreamPerson(subject: subject, said: said)
    }
}
