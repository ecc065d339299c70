import FoundationEssentials
import OAuth

extension OIDCConnector: TokenRevocation {
    func revoke(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> RevocationOutcome {
        guard let endpoint = try await directory.revocation(at: now) else { return .notOffered }
        return try await RevocationEndpoint(credential: self.tokens.credential, transport: transport, address: endpoint)
            .revoke(tokens, at: now)
    }
}
