import OAuth

/// Sign In with LinkedIn using OpenID Connect.
struct LinkedInDialect: OpenIDDialect, Hashable {
    var accessTokens: AccessTokenForm { .opaque }

    /// Its userinfo endpoint takes the locale apart, `{"country": "US", "language": "en"}`.
    func normalized(_ said: [String: JSONValue]) -> [String: JSONValue] {
        var said = said
        if let parts = said["locale"]?.object {
            let words = [parts["language"]?.string, parts["country"]?.string].compactMap(\.self)
            said["locale"] = words.isEmpty ? nil : .string(words.joined(separator: "-"))
        }
        return said
    }
}

extension ProviderDefinition.Upstream {
    /// Reads a file of type `linkedin`.
    ///
    /// Its ID tokens repeat no nonce, and it answers `invalid_client` to a verifier from an app without PKCE, so a code is
    /// bound to the browser by `state` alone unless the file says `"pkce": "S256"`.
    static func linkedIn(_ object: ProviderFileObject) throws(ProviderFileProblem) -> Self {
        let defaults = UpstreamDefaults(
            issuer: "https://www.linkedin.com/oauth", client: .secretInBody, proofKey: .none, nonce: .whereSaid)
        return .oidc(try UpstreamSettings(object, defaults: defaults), .linkedIn)
    }
}
