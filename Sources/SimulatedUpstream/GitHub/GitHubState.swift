import FoundationEssentials

/// What the GitHub-shaped side remembers.
struct GitHubState: Sendable {
    var requests: [String: GitHubRequest] = [:]
    var codes: [String: Code] = [:]
    var tokens: [String: Token] = [:]
    /// The access token that each refresh token replaces.
    var refreshTokens: [String: String] = [:]

    /// A code that nobody has redeemed yet.
    struct Code: Sendable {
        let request: GitHubRequest
        let account: GitHubAccount
    }

    /// An access token that counts.
    struct Token: Sendable {
        let application: GitHubApplication
        let account: GitHubAccount
        let scope: [String]
        let expiresAt: Date?
    }
}

/// A well-formed request at `/login/oauth/authorize`.
struct GitHubRequest: Sendable {
    let application: GitHubApplication
    let state: String?
    let scope: [String]
    /// The S256 challenge, if there is one.
    let challenge: String?

    /// Nil unless the application is known and the callback is its own.
    init?(_ fields: FormFields, _ configuration: GitHubConfiguration) {
        guard let application = configuration.applications.first(where: { $0.clientID == fields["client_id"] }),
            fields["redirect_uri"] == application.callback,
            fields["code_challenge"] == nil || fields["code_challenge_method"] == "S256"
        else { return nil }
        self.application = application
        state = fields["state"]
        scope = (fields["scope"] ?? "").split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
        challenge = fields["code_challenge"]
    }
}
