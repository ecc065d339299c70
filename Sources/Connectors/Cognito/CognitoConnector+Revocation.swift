import FoundationEssentials
import OAuth

extension CognitoConnector: TokenRevocation {
    /// By the revocation endpoint of the pool's own domain if the file names it, else by the user-pool API.
    ///
    /// Either way only a refresh token can be revoked; the access tokens that came of it end with it.
    func revoke(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> RevocationOutcome {
        guard let refreshToken = tokens.refreshToken else { return .notOffered }
        if let endpoint = settings.endpoints.revocation {
            return try await RevocationEndpoint(
                credential: ClientCredential(settings.client), transport: transport, address: endpoint
            ).revoke(UpstreamTokens(accessToken: Secret(""), refreshToken: refreshToken), at: now)
        }
        switch try await api.revoke(refreshToken) {
        case .accepted: return .revoked
        case .rejected(let rejection):
            switch rejection.meaning {
            case .grantEnded: return .revoked
            case .revocationDisabled: return .notOffered
            case .rotates, .misconfigured, .unavailable: throw failure(rejection)
            }
        }
    }
}
