import FoundationEssentials
import OAuth

/// The code flow with PKCE at one provider (RFC 6749 §4.1, RFC 7636, OIDC Core §3.1), up to the tokens.
struct AuthorizationCodeFlow: Sendable {
    let settings: UpstreamSettings
    let directory: ProviderDirectory
    let transport: any UpstreamTransport

    /// The address the browser is sent to.
    func begin(_ attempt: UpstreamAttempt, at now: Date) async throws(ConnectorError) -> String {
        let endpoint = try await directory.endpoints(at: now).authorization
        var parameters: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", settings.client.id), ("redirect_uri", attempt.callback),
            ("scope", settings.scope.wireValue), ("state", attempt.state), ("nonce", attempt.nonce),
            ("code_challenge", CodeChallenge(of: attempt.verifier).value), ("code_challenge_method", "S256"),
        ]
        switch attempt.freshness {
        case .any: break
        case .proveAgain: parameters.append(("prompt", "login"))
        }
        if let hint = attempt.loginHint { parameters.append(("login_hint", hint)) }
        return endpoint.url(adding: parameters)
    }

    /// Redeems the code in `answer`, once it is known to come from this provider.
    func redeem(
        _ answer: UpstreamAnswer, of attempt: UpstreamAttempt, at now: Date
    ) async throws(ConnectorError) -> IssuedTokens {
        let endpoints = try await directory.endpoints(at: now)
        switch answer {
        case .error(let code, let issuer):
            try check(issuer, endpoints.issuerParameter)
            throw Self.refusal(code)
        case .code(let code, let issuer):
            try check(issuer, endpoints.issuerParameter)
            return try await redeem(code, of: attempt, at: endpoints.token, now)
        }
    }

    /// An answer that names its issuer must name this one, and one whose provider promises to must do so (RFC 9207 §2.4).
    private func check(
        _ issuer: String?, _ parameter: ProviderDirectory.IssuerParameter
    ) throws(ConnectorError) {
        guard let issuer else {
            switch parameter {
            case .optional: return
            case .promised: throw .untrusted(.issuer)
            }
        }
        guard issuer.utf8.elementsEqual(settings.issuer.url.utf8) else { throw .untrusted(.issuer) }
    }

    /// What an error response means (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6).
    private static func refusal(_ code: String) -> ConnectorError {
        switch code {
        case "server_error", "temporarily_unavailable": .unavailable(cause: "the provider answered \(code)")
        case "access_denied", "login_required", "interaction_required", "consent_required",
            "account_selection_required":
            .refused(code: code)
        default: .misbehaved(cause: "the authorization endpoint answered \(TokenEndpoint.loggable(code))")
        }
    }

    private func redeem(
        _ code: Secret, of attempt: UpstreamAttempt, at endpoint: UpstreamEndpoint, _ now: Date
    ) async throws(ConnectorError) -> IssuedTokens {
        let grant = [
            (name: "grant_type", value: "authorization_code"), ("code", code.reveal()),
            ("redirect_uri", attempt.callback), ("code_verifier", attempt.verifier.secret.reveal()),
        ]
        switch try await TokenEndpoint(client: settings.client, transport: transport).ask(endpoint, for: grant, at: now)
        {
        case .issued(let tokens): return tokens
        case .rejected("invalid_grant"): throw .refused(code: "invalid_grant")
        case .rejected(let code): throw .misbehaved(cause: "\(endpoint) answered \(code)")
        }
    }
}
