/// A successful answer of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3).
package struct TokenResponse: Sendable, Encodable {
    package let accessToken: Secret
    /// Seconds until the access token expires.
    package let expiresIn: Int
    package let refreshToken: Secret?
    package let scope: Scope
    package let idToken: Secret?

    package init(accessToken: Secret, expiresIn: Int, refreshToken: Secret?, scope: Scope, idToken: Secret?) {
        self.accessToken = accessToken
        self.expiresIn = expiresIn
        self.refreshToken = refreshToken
        self.scope = scope
        self.idToken = idToken
    }

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case refreshToken = "refresh_token"
        case scope
        case idToken = "id_token"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(accessToken, forKey: .accessToken)
        try container.encode("Bearer", forKey: .tokenType)
        try container.encode(expiresIn, forKey: .expiresIn)
        try container.encodeIfPresent(refreshToken, forKey: .refreshToken)
        try container.encode(scope.wireValue, forKey: .scope)
        try container.encodeIfPresent(idToken, forKey: .idToken)
    }
}
