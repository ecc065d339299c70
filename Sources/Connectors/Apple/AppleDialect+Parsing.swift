import OAuth

extension ProviderDefinition.Upstream {
    private static let appleIssuer = "https://appleid.apple.com"

    /// Reads a file of type `apple`: instead of a secret it has the key with which secrets are made.
    static func apple(_ object: ProviderFileObject) throws(ProviderFileProblem) -> Self {
        let defaults = UpstreamDefaults(issuer: appleIssuer, scopes: ["openid", "name", "email"])
        return .oidc(try UpstreamSettings(object, defaults: defaults, client: try appleClient(object)), .apple)
    }

    private static func appleClient(_ object: ProviderFileObject) throws(ProviderFileProblem) -> UpstreamClient {
        let id = try object.requiredText("client_id")
        let team = try object.requiredText("team_id")
        _ = try object.requiredText("client_key_id")
        guard let key = try ClientKey.read(object) else { throw object.problem(.missingKey, at: "client_key") }
        guard key.isES256 else {
            throw object.problem(.badValue(expected: "the P-256 key that Apple made"), at: "client_key")
        }
        let signer = SignedClientSecret(issuer: team, audience: appleIssuer, key: key)
        return UpstreamClient(id: id, authentication: .signedSecret(signer))
    }
}
