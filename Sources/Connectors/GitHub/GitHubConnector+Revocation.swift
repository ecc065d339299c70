import FoundationEssentials
import OAuth

extension GitHubConnector: TokenRevocation {
    /// GitHub ends a token by its access token alone; without one there is no way.
    ///
    /// The whole authorization of the application is left alone: it may carry logins that go on.
    func revoke(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> RevocationOutcome {
        guard !tokens.accessToken.reveal().isEmpty else { return .notOffered }
        try await api.end(tokens.accessToken, of: client)
        return .revoked
    }
}
