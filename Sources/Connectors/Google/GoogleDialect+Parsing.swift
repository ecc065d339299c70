import OAuth

extension ProviderDefinition.Upstream {
    /// Reads a file of type `google`. The scope `offline_access` is Google's `access_type=offline`; Google knows no such
    /// scope.
    static func google(_ object: ProviderFileObject) throws(ProviderFileProblem) -> Self {
        var settings = try UpstreamSettings(
            object, defaults: UpstreamDefaults(issuer: "https://accounts.google.com"))
        let access: GoogleDialect.Access = settings.scope.contains(Scope.offlineAccess) ? .offline : .online
        settings.scope = Scope(settings.scope.tokens.filter { $0 != Scope.offlineAccess })
        let domains = try AdmissionRule(object).hostedDomains
        return .oidc(
            settings, .google(GoogleDialect(access: access, suggestedDomain: domains.count == 1 ? domains.first : nil)))
    }
}
