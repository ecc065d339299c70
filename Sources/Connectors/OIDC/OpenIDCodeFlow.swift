import FoundationEssentials
import OAuth

/// The code flow of OpenID Connect at one provider (OIDC Core §3.1), up to tokens that nothing is known about yet.
struct OpenIDCodeFlow: Sendable {
    let settings: UpstreamSettings
    let dialect: any OpenIDDialect
    let directory: ProviderDirectory
    let tokens: TokenEndpoint

    private var flow: AuthorizationCodeFlow {
        AuthorizationCodeFlow(scope: settings.scope, proofKey: settings.proofKey, tokens: tokens)
    }

    /// The address the browser is sent to.
    func begin(_ attempt: UpstreamAttempt, at now: Date) async throws(ConnectorError) -> String {
        var more = [(name: "nonce", value: attempt.nonce)]
        if let prompt = dialect.prompt(for: attempt.freshness) { more.append(("prompt", prompt)) }
        if !attempt.contextClasses.isEmpty {
            more.append(("acr_values", attempt.contextClasses.joined(separator: " ")))
        }
        return flow.begin(
            attempt, at: try await directory.endpoints(at: now).authorization,
            adding: more + dialect.parameters(for: settings.scope))
    }

    /// Redeems the code in `answer`.
    func redeem(
        _ answer: UpstreamAnswer, of attempt: UpstreamAttempt, at now: Date
    ) async throws(ConnectorError) -> IssuedTokens {
        let endpoints = try await directory.endpoints(at: now)
        let issuer = AnswerIssuer(presence: endpoints.issuerParameter) { [dialect, settings] name in
            dialect.answers(as: name, configured: settings.issuer.url)
        }
        return try await flow.redeem(answer, of: attempt, at: endpoints.token, from: issuer, now: now)
    }

    /// Checks that an ID token answers the request sent with `nonce` (OIDC Core §3.1.3.7, number 11).
    func requireNonce(_ nonce: String, in claims: VerifiedClaims) throws(ConnectorError) {
        switch (settings.nonce, claims.values["nonce"]) {
        case (.whereSaid, nil): return
        case (.required, let said), (.whereSaid, let said):
            guard let text = said?.string, dialect.nonce(text, answers: nonce) else { throw .untrusted(.nonce) }
        }
    }
}

/// Whether an ID token has to say the nonce that was sent.
package enum NonceRule: String, Sendable, CaseIterable {
    case required
    /// For providers known to leave it out; one that is said must be right.
    case whereSaid = "if_present"
}
