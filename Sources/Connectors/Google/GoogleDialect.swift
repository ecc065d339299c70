import OAuth

/// Google (developers.google.com/identity/openid-connect).
package struct GoogleDialect: OpenIDDialect, Hashable {
    /// Whether the tokens are to be of use when the person is away.
    package enum Access: Sendable, Hashable {
        case online
        /// With a refresh token, which Google gives only where `access_type` asks for it.
        case offline
    }

    package let access: Access
    /// The one Workspace domain to suggest, if the operator lets in just one.
    ///
    /// A suggestion is all it is: who is let in is judged by the claim. Google takes one domain, and fails on a list.
    package let suggestedDomain: String?

    /// Google's ID tokens name their issuer with or without the scheme.
    func requireIssuer(_ issuer: String, of claims: VerifiedClaims) throws(TokenFlaw) {
        guard let said = claims.text("iss"), answers(as: said, configured: issuer) else { throw .issuer }
    }

    func answers(as issuer: String, configured: String) -> Bool {
        let spellings = [configured, configured.hasPrefix("https://") ? String(configured.dropFirst(8)) : configured]
        return spellings.contains { $0.utf8.elementsEqual(issuer.utf8) }
    }

    func parameters(for scope: Scope) -> [(name: String, value: String)] {
        var parameters: [(name: String, value: String)] = []
        switch access {
        case .online: break
        case .offline: parameters.append(("access_type", "offline"))
        }
        if let suggestedDomain { parameters.append(("hd", suggestedDomain)) }
        return parameters
    }

    /// Google knows no `login`. Without `consent` it gives a refresh token the first time only.
    func prompt(for freshness: UpstreamAttempt.Freshness) -> String? {
        switch (freshness, access) {
        case (.any, .online): nil
        case (.any, .offline): "consent"
        case (.proveAgain, .online): "select_account"
        case (.proveAgain, .offline): "select_account consent"
        }
    }

    /// The ID token says it all, and userinfo is throttled harder than the token endpoint.
    var userinfo: UserinfoUse { .handedOverTokens }
    var accessTokens: AccessTokenForm { .opaque }
}
