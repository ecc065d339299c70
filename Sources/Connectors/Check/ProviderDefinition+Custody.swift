import OAuth

extension ProviderDefinition {
    /// What keeping the provider's tokens means.
    var findingsOnCustody: [Finding] {
        switch custody {
        case .release: return []
        case .vault: break
        }
        var findings = [Finding(.fine, "Its tokens stay here, sealed, for the clients that may fetch them.")]
        if let asked = openIDScope, !asked.contains("offline_access") {
            findings.append(
                Finding(
                    .note,
                    "The file does not ask for offline_access: where the provider gives no refresh token without it, "
                        + "nothing kept outlives its first access token."))
        }
        return findings
    }

    /// What is asked of a provider that knows the scope `offline_access` (OIDC Core §11); nil of any other.
    private var openIDScope: Scope? {
        switch upstream {
        case .oidc(let settings, _): settings.scope
        case .local, .cognito, .oauth2, .gitHub, .facebook, .header: nil
        }
    }
}
