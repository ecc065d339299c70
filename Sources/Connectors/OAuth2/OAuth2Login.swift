import FoundationEssentials
import OAuth

/// A login by code flow where the provider's own interface says who the token is about (RFC 6749 §4.1).
struct OAuth2Login: RedirectLogin {
    let flow: AuthorizationCodeFlow
    let authorization: UpstreamEndpoint
    let token: UpstreamEndpoint
    let issuer: AnswerIssuer
    let dialect: any OAuth2Dialect
    let people: any PersonSource
    let claims: ClaimMapping

    func begin(_ attempt: UpstreamAttempt, at now: Date) async throws(ConnectorError) -> String {
        let plain = UpstreamAttempt(
            state: attempt.state, nonce: attempt.nonce, verifier: attempt.verifier, callback: attempt.callback,
            loginHint: nil, freshness: attempt.freshness)
        return flow.begin(plain, at: authorization, adding: dialect.parameters(for: attempt))
    }

    func complete(
        _ answer: UpstreamAnswer, to attempt: UpstreamAttempt, at now: Date
    ) async throws(ConnectorError) -> UpstreamLogin {
        let issued = try await flow.redeem(answer, of: attempt, at: token, from: issuer, now: now)
        let person = try await people.person(with: issued.accessToken)
        return login(of: person, with: UpstreamTokens(issued))
    }

    /// The login of `person`, which brought `tokens`.
    func login(of person: UpstreamPerson, with tokens: UpstreamTokens) -> UpstreamLogin {
        var tokens = tokens
        tokens.expiresAt = tokens.expiresAt ?? person.tokenExpiry
        // Nothing here could judge an ID token, so none is passed on as if it had been.
        tokens.idToken = nil
        return UpstreamLogin(
            subject: person.subject, claims: claims.person(from: person.said), tokens: tokens, authenticatedAt: nil,
            methods: [])
    }
}

/// What one kind of OAuth 2.0 provider wants in an authorization request beyond the usual parameters.
protocol OAuth2Dialect: Sendable {
    /// How a hint and a fresh login are asked for.
    func parameters(for attempt: UpstreamAttempt) -> [(name: String, value: String)]
}

extension UpstreamTokens {
    init(_ issued: IssuedTokens) {
        self.init(accessToken: issued.accessToken, refreshToken: issued.refreshToken, expiresAt: issued.expiresAt)
    }
}

extension AnswerIssuer {
    /// A provider that calls itself `name` where it says so at all.
    ///
    /// Without a name to expect, an answer that bears one is refused: it could be anybody's (RFC 9207 §2.4).
    static func perhaps(_ name: String?) -> AnswerIssuer {
        AnswerIssuer(presence: .optional) { said in name.map { said.utf8.elementsEqual($0.utf8) } ?? false }
    }
}
