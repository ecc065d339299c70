import OAuth

extension ProviderDefinition.Upstream {
    private enum GroupSource: String, CaseIterable {
        case token
        case graph
    }

    /// Reads a file of type `microsoft`. Its issuer is made of `tenant`, unless a national cloud's is named.
    static func microsoft(_ object: ProviderFileObject) throws(ProviderFileProblem) -> Self {
        guard let tenant = MicrosoftTenant(try object.requiredText("tenant")) else {
            throw object.problem(
                .badValue(expected: "common, organizations, consumers, a tenant's id or its domain"), at: "tenant")
        }
        let settings = try UpstreamSettings(
            object,
            defaults: UpstreamDefaults(
                issuer: "https://login.microsoftonline.com/\(tenant.name)/v2.0", client: .secretInBody))
        let ending = "/\(tenant.name)/v2.0"
        guard settings.issuer.url.hasSuffix(ending) else {
            throw object.problem(.badValue(expected: "an address that ends with \(ending)"), at: "issuer")
        }
        guard settings.scope.contains("profile") else {
            // Without it ID tokens have no `oid`.
            throw object.problem(.badValue(expected: "a list that includes openid and profile"), at: "scopes")
        }
        return .oidc(
            settings,
            .microsoft(
                MicrosoftDialect(
                    tenant: tenant, authority: String(settings.issuer.url.dropLast(ending.count)),
                    groups: try groups(object, settings))))
    }

    private static func groups(
        _ object: ProviderFileObject, _ settings: UpstreamSettings
    ) throws(ProviderFileProblem) -> MicrosoftDialect.Groups {
        switch try object.word("groups", GroupSource.self) {
        case nil, .token?: return .asTold
        case .graph?:
            let usual = try? UpstreamEndpoint(named: "https://graph.microsoft.com/v1.0")
            guard let endpoint = settings.endpoints.api ?? usual else { return .asTold }
            return .fromGraph(endpoint)
        }
    }
}
