/// The discovery document (RFC 8414 §2, OIDC Discovery §3): what this server can do, and nothing it cannot.
package struct ServerMetadata: Sendable, Encodable {
    private let issuer: String
    private let scopes: ScopeCatalogue
    private let contextClasses: [String]

    /// Describes the server of `issuer`, an origin without a trailing slash, whose scopes are `scopes` and whose logins
    /// can be of `contextClasses`.
    package init(
        issuer: String, scopes: ScopeCatalogue = .standard, contextClasses: [String] = [ContextDemand.unknown]
    ) {
        self.issuer = issuer
        self.scopes = scopes
        self.contextClasses = contextClasses
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: ClaimName.self)
        try container.encode(issuer, forKey: "issuer")
        try container.encode(issuer + "/oauth2/authorize", forKey: "authorization_endpoint")
        try container.encode(issuer + "/oauth2/token", forKey: "token_endpoint")
        try container.encode(issuer + "/oauth2/device_authorization", forKey: "device_authorization_endpoint")
        try container.encode(issuer + "/oauth2/revoke", forKey: "revocation_endpoint")
        try container.encode(issuer + "/oauth2/introspect", forKey: "introspection_endpoint")
        try container.encode(issuer + "/oauth2/userinfo", forKey: "userinfo_endpoint")
        try container.encode(issuer + "/oauth2/jwks", forKey: "jwks_uri")
        try container.encode(issuer + "/oauth2/register", forKey: "registration_endpoint")
        try container.encode(issuer + "/oauth2/logout", forKey: "end_session_endpoint")
        try container.encode(true, forKey: "backchannel_logout_supported")
        try container.encode(true, forKey: "backchannel_logout_session_supported")
        try container.encode(true, forKey: "frontchannel_logout_supported")
        try container.encode(true, forKey: "frontchannel_logout_session_supported")
        try container.encode(scopes.entries.map(\.name), forKey: "scopes_supported")
        try container.encode(["code"], forKey: "response_types_supported")
        try container.encode(ResponseMode.allCases, forKey: "response_modes_supported")
        try container.encode(Client.GrantType.allCases.map(\.rawValue).sorted(), forKey: "grant_types_supported")
        try container.encode(["public", "pairwise"], forKey: "subject_types_supported")
        try container.encode(
            SignatureAlgorithm.allCases.map(\.rawValue), forKey: "id_token_signing_alg_values_supported")
        try container.encode(Self.authenticationMethods, forKey: "token_endpoint_auth_methods_supported")
        try container.encode(Self.authenticationMethods, forKey: "revocation_endpoint_auth_methods_supported")
        try container.encode(
            Self.authenticationMethods.filter { $0 != "none" }, forKey: "introspection_endpoint_auth_methods_supported")
        try container.encode(
            SignatureAlgorithm.allCases.map(\.rawValue), forKey: "introspection_signing_alg_values_supported")
        for endpoint in ["token", "revocation", "introspection"] {
            try container.encode(
                ClientKeySet.algorithms, forKey: ClaimName("\(endpoint)_endpoint_auth_signing_alg_values_supported"))
        }
        try container.encode(contextClasses, forKey: "acr_values_supported")
        try container.encode(["S256"], forKey: "code_challenge_methods_supported")
        try container.encode(["normal"], forKey: "claim_types_supported")
        try container.encode(Self.ownClaims + scopes.claims, forKey: "claims_supported")
        try container.encode(["en", "sk"], forKey: "ui_locales_supported")
        try container.encode(["none", "login", "consent", "select_account"], forKey: "prompt_values_supported")
        try container.encode(true, forKey: "authorization_response_iss_parameter_supported")
        try container.encode(true, forKey: "claims_parameter_supported")
        try container.encode(false, forKey: "request_parameter_supported")
        try container.encode(false, forKey: "request_uri_parameter_supported")
    }

    private static let authenticationMethods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]

    private static let ownClaims = [
        "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "acr", "idp", "sid", "at_hash",
    ]
}
