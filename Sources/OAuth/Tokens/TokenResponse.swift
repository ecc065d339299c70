/// A successful answer of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3, RFC 8693 §2.2.1).
package struct TokenResponse: Sendable {
    package let accessToken: Secret
    /// Seconds until the access token expires, as far as that is known.
    package let expiresIn: Int?
    package let refreshToken: Secret?
    package let scope: Scope
    package let idToken: Secret?
    /// The provider's own tokens, for a client that has registered a key to which they are encrypted.
    package var upstream: EncryptedUpstreamTokens?
    /// What an exchange has issued; nil for the answer to any other grant.
    package let exchanged: Exchanged?

    package init(
        accessToken: Secret, expiresIn: Int?, refreshToken: Secret?, scope: Scope, idToken: Secret?,
        upstream: EncryptedUpstreamTokens? = nil, exchanged: Exchanged? = nil
    ) {
        self.accessToken = accessToken
        self.expiresIn = expiresIn
        self.refreshToken = refreshToken
        self.scope = scope
        self.idToken = idToken
        self.upstream = upstream
        self.exchanged = exchanged
    }

    /// What stands in `access_token` of an answer to an exchange, which need not be one (RFC 8693 §2.2.1).
    package struct Exchanged: Sendable, Hashable {
        package let type: TokenTypeName
        package let usage: Usage

        package init(_ type: TokenTypeName, _ usage: Usage) {
            self.type = type
            self.usage = usage
        }
    }

    /// How a token is used: `token_type`.
    package enum Usage: String, Sendable {
        case bearer = "Bearer"
        /// Not as it is: no access token, or one that has to be decrypted first.
        case notApplicable = "N_A"
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
        json.add("issued_token_type", exchanged?.type.rawValue)
        json.add("token_type", (exchanged?.usage ?? .bearer).rawValue)
        json.add("expires_in", expiresIn)
        json.add("refresh_token", refreshToken?.reveal())
        // A service may have a token without any scope, for which there is no wire form (RFC 6749 §3.3).
        if !scope.isEmpty { json.add("scope", scope.wireValue) }
        json.add("id_token", idToken?.reveal())
        json.add("upstream_access_token", upstream?.accessToken.reveal())
        json.add("upstream_id_token", upstream?.idToken?.reveal())
    }
}
