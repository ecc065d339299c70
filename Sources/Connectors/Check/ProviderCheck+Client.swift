import FoundationEssentials
import OAuth

extension ProviderCheck {
    /// Presents a code that cannot exist: how the provider refuses it tells whether it knows the client (RFC 6749 §5.2).
    func client(at endpoint: UpstreamEndpoint, _ settings: UpstreamSettings, at now: Date) async -> Finding {
        let grant = [
            (name: "grant_type", value: "authorization_code"), ("code", "check"),
            ("redirect_uri", settings.issuer.url), ("code_verifier", String(repeating: "check", count: 9)),
        ]
        let tokens = TokenEndpoint(client: settings.client, transport: transport)
        do throws(ConnectorError) {
            switch try await tokens.ask(endpoint, for: grant, at: now) {
            case .issued: return Finding(.warning, "\(endpoint) accepts a code that was never issued.")
            case .rejected("invalid_grant"): return Finding(.fine, "\(endpoint) answers and knows the client.")
            case .rejected(let code) where ["invalid_client", "unauthorized_client"].contains(code):
                return Finding(
                    .problem,
                    "\(endpoint) does not accept the client (\(code)): compare client_id and the secret with what the "
                        + "provider shows, and token_endpoint_auth_method with what it expects.")
            case .rejected(let code):
                return Finding(
                    .note,
                    "\(endpoint) answers \(code) to a code that was never issued; whether it knows the client is "
                        + "only seen at a login.")
            }
        } catch {
            return Finding(.problem, "Logging in will fail: \(error.words).")
        }
    }
}
