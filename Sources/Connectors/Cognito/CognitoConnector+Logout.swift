import FoundationEssentials
import OAuth

extension CognitoConnector: UpstreamLogout {
    /// Cognito's own parameters, not those of OpenID Connect: it brings no `state` back, and takes a return address only
    /// character by character as registered.
    func address(for departure: UpstreamDeparture, at now: Date) async throws(ConnectorError) -> String? {
        guard let page = try await logoutPage(at: now) else { return nil }
        return page.url(adding: [("client_id", settings.client.id), ("logout_uri", departure.returnAddress)])
    }

    /// Beside the page where people log in, unless the file or the pool's metadata names it.
    private func logoutPage(at now: Date) async throws(ConnectorError) -> UpstreamEndpoint? {
        if let named = try await directory.endSession(at: now) { return named }
        return try await directory.endpoints(at: now).authorization.replacingPath(with: "/logout")
    }
}
