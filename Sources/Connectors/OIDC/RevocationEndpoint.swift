import FoundationEssentials
import OAuth

/// Asks a provider's revocation endpoint (RFC 7009 §2.1).
struct RevocationEndpoint: TokenRevocation {
    let credential: ClientCredential
    let transport: any UpstreamTransport
    let address: UpstreamEndpoint

    /// What a token is, so that the provider need not search.
    enum Hint: String, Sendable {
        case refreshToken = "refresh_token"
        case accessToken = "access_token"
    }

    private struct Rejection: Decodable {
        let error: String?
    }

    /// Revokes the refresh token of `tokens`, then the access token: not every provider ends one with the other.
    func revoke(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> RevocationOutcome {
        var outcome = RevocationOutcome.notOffered
        if let refreshToken = tokens.refreshToken { outcome = try await revoke(refreshToken, .refreshToken, at: now) }
        guard !tokens.accessToken.reveal().isEmpty else { return outcome }
        switch outcome {
        case .notOffered: return try await revoke(tokens.accessToken, .accessToken, at: now)
        case .revoked:
            // The grant is over already; an access token that outlives it for a while is the provider's business.
            _ = try? await revoke(tokens.accessToken, .accessToken, at: now)
            return .revoked
        }
    }

    private func revoke(
        _ token: Secret, _ hint: Hint, at now: Date
    ) async throws(ConnectorError) -> RevocationOutcome {
        let form = [(name: "token", value: token.reveal()), ("token_type_hint", hint.rawValue)]
        let request = try credential.request(address, presenting: form, at: now)
        let response = try await transport.send(request)
        try response.requireAnswer(from: address)
        guard response.status != 200 else { return .revoked }
        let error = (try? response.decode(Rejection.self, from: address))?.error ?? ""
        switch error {
        case "unsupported_token_type": return .notOffered
        // RFC 7009 §2.2 answers 200 for a token that is no longer known; some answer with one of these.
        case "invalid_token", "invalid_grant": return .revoked
        default:
            throw .misbehaved(
                cause: "\(address) answered \(response.status) \(TokenEndpoint.loggable(error)) to a revocation")
        }
    }
}
