/// A successful answer of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3).
package struct TokenResponse: Sendable {
    package let accessToken: Secret
    /// Seconds until the access token expires.
    package let expiresIn: Int
    package let refreshToken: Secret?
    package let scope: Scope
    package let idToken: Secret?
    /// The provider's own tokens, for a client that has registered a key to which they are encrypted.
    package var upstream: EncryptedUpstreamTokens?

    package init(
        accessToken: Secret, expiresIn: Int, refreshToken: Secret?, scope: Scope, idToken: Secret?,
        upstream: EncryptedUpstreamTokens? = nil
    ) {
        self.accessToken = accessToken
        self.expiresIn = expiresIn
        self.refreshToken = refreshToken
        self.scope = scope
        self.idToken = idToken
        self.upstream = upstream
    }
}

/// A provider's tokens as JWE compact serialisation (RFC 7516 §3.1).
package struct EncryptedUpstreamTokens: Sendable, Hashable {
    package let accessToken: Secret
    package let idToken: Secret?

    package init(accessToken: Secret, idToken: Secret?) {
        self.accessToken = accessToken
        self.idToken = idToken
    }
}

extension TokenResponse: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.add("access_token", accessToken.reveal())
        json.add("token_type", "Bearer")
        json.add("expires_in", expiresIn)
        json.add("refresh_token", refreshToken?.reveal())
        // A service may have a token without any scope, for which there is no wire form (RFC 6749 §3.3).
        if !scope.isEmpty { json.add("scope", scope.wireValue) }
        json.add("id_token", idToken?.reveal())
        json.add("upstream_access_token", upstream?.accessToken.reveal())
        json.add("upstream_id_token", upstream?.idToken?.reveal())
    }
}
