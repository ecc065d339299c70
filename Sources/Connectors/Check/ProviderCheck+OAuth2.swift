import FoundationEssentials
import OAuth

// Providers without metadata: what can be found out is whether they answer, and know who asks.
extension ProviderCheck {
    /// Presents a code that cannot exist: how the provider refuses it tells whether it knows the client.
    func plain(_ settings: OAuth2Settings, at now: Date) async -> [Finding] {
        var findings = [
            Finding(.fine, "The file names all endpoints: people log in at \(settings.authorization)."),
            Finding(.note, "Whether \(settings.user) says who somebody is can only be seen at a login."),
        ]
        switch settings.proofKey {
        case .s256: break
        case .none: findings.append(Finding(.note, "The file switches PKCE off."))
        }
        let grant = [
            (name: "grant_type", value: "authorization_code"), ("code", "check"),
            ("redirect_uri", settings.authorization.url),
        ]
        let tokens = TokenEndpoint(client: settings.client, transport: transport)
        do throws(ConnectorError) {
            switch try await tokens.ask(settings.token, for: grant, at: now) {
            case .issued:
                findings.append(Finding(.warning, "\(settings.token) accepts a code that was never issued."))
            case .rejected("invalid_grant"):
                findings.append(Finding(.fine, "\(settings.token) answers and knows the client."))
            case .rejected(let code):
                findings.append(
                    Finding(.problem, "\(settings.token) does not accept the client or its secret (\(code))."))
            }
        } catch {
            findings.append(Finding(.problem, "Logging in will fail: \(error.words)."))
        }
        return findings
    }

    func gitHub(_ settings: GitHubSettings) async -> [Finding] {
        let api = GitHubAPI(base: settings.api, transport: transport)
        var findings = [Finding(.fine, "People log in at \(settings.authorization).")]
        if !settings.membership.scope.isEmpty {
            let note = "GitHub tells about organisations and teams only where the organisation has approved the app."
            findings.append(Finding(.note, note))
        }
        return await findings + [
            credential(at: "\(settings.api)") { () async throws(ConnectorError) in
                _ = try await api.inspect(Secret("check"), of: settings.client)
            }
        ]
    }

    func facebook(_ settings: FacebookSettings) async -> [Finding] {
        let graph = FacebookGraph(
            base: settings.graph, appID: settings.appID, secret: settings.secret, transport: transport)
        return await [
            Finding(.fine, "People log in at \(settings.authorization)."),
            credential(at: "\(settings.graph)") { () async throws(ConnectorError) in
                _ = try await graph.person(with: Secret("check"))
            },
        ]
    }

    /// Asks about a token that cannot exist, which only an application that is known may.
    private func credential(
        at place: String, _ ask: () async throws(ConnectorError) -> Void
    ) async -> Finding {
        do throws(ConnectorError) {
            try await ask()
            return Finding(.warning, "\(place) vouches for a token that was never issued.")
        } catch {
            return switch error {
            case .untrusted(.malformed): Finding(.fine, "\(place) answers and knows the client.")
            case .unavailable: Finding(.problem, "Logging in will fail: \(error.words).")
            case .untrusted, .refused, .notAdmitted, .grantEnded, .misbehaved:
                Finding(.problem, "\(place) does not accept the client or its secret: \(error.words).")
            }
        }
    }
}
