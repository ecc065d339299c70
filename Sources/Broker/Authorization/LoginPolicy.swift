import Connectors
import OAuth
import Storage

/// The one place that decides who may log in where.
///
/// Asked on every path that leads to a token (login, staging, continuing, redeeming, refreshing, exchanging), because brokers
/// have been broken by the path that forgot to ask (CVE-2022-1245, CVE-2026-3009).
struct LoginPolicy: Sendable {
    let providers: any ProviderCatalogue

    /// Why a login is not let through.
    enum Denial: String, Error, Sendable {
        case unknownProvider = "unknown_provider"
        case providerDisabled = "provider_disabled"
        case providerNotAccepted = "provider_not_accepted"
        case notAdmitted = "not_admitted"
        case accountDisabled = "account_disabled"

        var refusal: Refusal {
            switch self {
            case .unknownProvider, .providerDisabled, .providerNotAccepted: .unknownProvider
            case .notAdmitted: .loginNotAllowed
            case .accountDisabled: .accountDisabled
            }
        }
    }

    /// The provider named `id`, if a login there may reach `client` at all.
    func provider(_ id: ProviderID, for client: Client) throws(Denial) -> Provider {
        guard let provider = providers.provider(id) else { throw .unknownProvider }
        switch provider.state {
        case .local, .ready: break
        case .disabled, .misconfigured: throw .providerDisabled
        }
        guard client.providers.accepts(id) else { throw .providerNotAccepted }
        return provider
    }

    /// Judges a login of `identity`, whose account is `account`, for `client`.
    func admit(_ identity: Identity, of account: Account, to client: Client) throws(Denial) {
        let provider = try provider(identity.provider, for: client)
        guard provider.admission.admits(identity.claims) else { throw .notAdmitted }
        switch account.status {
        case .active: return
        case .disabled: throw .accountDisabled
        }
    }
}

extension AdmissionRule {
    /// Whether a person with `claims` is let in: by claim, exactly, never by what was asked for (FIELD §3, `hd`).
    func admits(_ claims: PersonClaims) -> Bool {
        if !hostedDomains.isEmpty {
            guard let domain = claims.values["hd"]?.string, hostedDomains.contains(domain) else { return false }
        }
        if !tenants.isEmpty {
            guard let tenant = claims.values["tid"]?.string, tenants.contains(tenant) else { return false }
        }
        if !emailDomains.isEmpty {
            guard let email = claims.verifiedEmailKey, let at = email.firstIndex(of: "@"),
                emailDomains.contains(String(email[email.index(after: at)...]))
            else { return false }
        }
        return true
    }
}
