import FoundationEssentials
import OAuth

/// The code flow at one provider, with or without OpenID Connect on top (RFC 6749 §4.1, RFC 7636), up to the tokens.
struct AuthorizationCodeFlow: Sendable {
    let scope: Scope
    let proofKey: ProofKey
    let tokens: TokenEndpoint

    /// The address the browser is sent to: `endpoint` with the request, and with `more` that the kind of provider wants.
    func begin(
        _ attempt: UpstreamAttempt, at endpoint: UpstreamEndpoint, adding more: [(name: String, value: String)] = []
    ) -> String {
        var parameters: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", tokens.client.id), ("redirect_uri", attempt.callback),
            ("state", attempt.state),
        ]
        if !scope.tokens.isEmpty { parameters.append(("scope", scope.wireValue)) }
        switch proofKey {
        case .s256:
            parameters.append(("code_challenge", CodeChallenge(of: attempt.verifier).value))
            parameters.append(("code_challenge_method", "S256"))
        case .none: break
        }
        if let hint = attempt.loginHint { parameters.append(("login_hint", hint)) }
        return endpoint.url(adding: parameters + more)
    }

    /// Redeems the code in `answer` at the token `endpoint`, once it is known to come from this provider.
    func redeem(
        _ answer: UpstreamAnswer, of attempt: UpstreamAttempt, at endpoint: UpstreamEndpoint, from issuer: AnswerIssuer,
        now: Date
    ) async throws(ConnectorError) -> IssuedTokens {
        switch answer {
        case .error(let code, let name):
            try issuer.check(name)
            throw Self.refusal(code)
        case .code(let code, let name, _):
            try issuer.check(name)
            return try await redeem(code, of: attempt, at: endpoint, now)
        }
    }

    /// What an error response means (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6).
    private static func refusal(_ code: String) -> ConnectorError {
        switch code {
        case "server_error", "temporarily_unavailable": .unavailable(cause: "the provider answered \(code)")
        case "access_denied", "login_required", "interaction_required", "consent_required",
            "account_selection_required", "unmet_authentication_requirements",
            // What Apple and LinkedIn say where RFC 6749 says access_denied.
            "user_cancelled_authorize", "user_cancelled_login":
            .refused(code: code)
        default: .misbehaved(cause: "the authorization endpoint answered \(TokenEndpoint.loggable(code))")
        }
    }

    private func redeem(
        _ code: Secret, of attempt: UpstreamAttempt, at endpoint: UpstreamEndpoint, _ now: Date
    ) async throws(ConnectorError) -> IssuedTokens {
        var grant = [
            (name: "grant_type", value: "authorization_code"), ("code", code.reveal()),
            ("redirect_uri", attempt.callback),
        ]
        switch proofKey {
        case .s256: grant.append(("code_verifier", attempt.verifier.secret.reveal()))
        case .none: break
        }
        switch try await tokens.ask(endpoint, for: grant, at: now) {
        case .issued(let tokens): return tokens
        case .rejected("invalid_grant"): throw .refused(code: "invalid_grant")
        case .rejected(let code): throw .misbehaved(cause: "\(endpoint) answered \(code)")
        }
    }
}

/// Whether a code is bound to the browser that asked for it by PKCE (RFC 7636).
package enum ProofKey: String, Sendable, CaseIterable {
    case s256 = "S256"
    /// For providers that refuse a verifier they do not expect.
    case none
}

/// What an authorization response may and must say about who wrote it (RFC 9207 §2.4).
struct AnswerIssuer: Sendable {
    let presence: ProviderDirectory.IssuerParameter
    /// Whether a name is the provider's.
    let accepts: @Sendable (_ issuer: String) -> Bool

    /// An answer that names its issuer must name this one, and one whose provider promises to must do so.
    fileprivate func check(_ issuer: String?) throws(ConnectorError) {
        guard let issuer else {
            switch presence {
            case .optional: return
            case .promised: throw .untrusted(.issuer)
            }
        }
        guard accepts(issuer) else { throw .untrusted(.issuer) }
    }
}
