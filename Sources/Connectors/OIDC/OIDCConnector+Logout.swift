import FoundationEssentials
import OAuth

extension OIDCConnector: UpstreamLogout {
    /// The client is named too: a provider whose hint has expired or is not sent learns from it whose return address it
    /// is (OIDC RP-Initiated Logout §2).
    func address(for departure: UpstreamDeparture, at now: Date) async throws(ConnectorError) -> String? {
        guard let endpoint = try await directory.endSession(at: now) else { return nil }
        var parameters: [(name: String, value: String)] = []
        if let idToken = departure.idToken { parameters.append(("id_token_hint", idToken.reveal())) }
        parameters += [
            ("client_id", settings.client.id), ("post_logout_redirect_uri", departure.returnAddress),
            ("state", departure.state),
        ]
        return endpoint.url(adding: parameters)
    }
}
