import OAuth

/// GitLab, theirs or one's own. Its refresh tokens work once, so a refresh is never tried a second time.
struct GitLabDialect: OpenIDDialect, Hashable {
    var accessTokens: AccessTokenForm { .opaque }

    /// Groups are in userinfo; the ID token has only those the person is in directly.
    func normalized(_ said: [String: JSONValue]) -> [String: JSONValue] {
        var said = said
        said["groups"] = said["groups"] ?? said["groups_direct"]
        return said
    }
}

extension ProviderDefinition.Upstream {
    /// Reads a file of type `gitlab`; one's own GitLab is named as the issuer.
    static func gitLab(_ object: ProviderFileObject) throws(ProviderFileProblem) -> Self {
        .oidc(try UpstreamSettings(object, defaults: UpstreamDefaults(issuer: "https://gitlab.com")), .gitLab)
    }
}
