/// An application registered at the simulated provider ("app client" at Cognito).
package struct SimulatedClient: Sendable, Hashable {
    package let id: String
    /// `nil` for a public client, which then has to use PKCE.
    package let secret: String?
    package let face: Face
    /// Compared character by character.
    package let redirectURIs: [String]
    package let logoutURIs: [String]
    package let refreshTokens: RefreshTokens

    /// Which of the provider's two issuers names this client's tokens, and in which shape.
    package enum Face: Sendable, Hashable, CaseIterable {
        /// Cognito: issuer is base URL + `/` + pool id, access tokens are JWTs with `client_id` and no `aud`.
        case pool
        /// A plain OpenID provider: issuer is the base URL, access tokens are opaque.
        case openID
    }

    /// What happens to a refresh token when it is used.
    package enum RefreshTokens: Sendable, Hashable {
        /// It stays valid, and no new one is returned.
        case reusable
        /// Each use returns a successor; Cognito then refuses `REFRESH_TOKEN_AUTH`.
        case rotating
    }

    package init(
        id: String, secret: String? = nil, face: Face = .pool, redirectURIs: [String] = [], logoutURIs: [String] = [],
        refreshTokens: RefreshTokens = .reusable
    ) {
        self.id = id
        self.secret = secret
        self.face = face
        self.redirectURIs = redirectURIs
        self.logoutURIs = logoutURIs
        self.refreshTokens = refreshTokens
    }
}
