package import Connectors
package import OAuth

/// Holds a client's registration against the providers there are: what in it would bite.
package struct RegistrationReview: Sendable {
    /// One thing that was found.
    package enum Remark: Sendable, Hashable {
        /// The client is limited to a provider for which there is no file.
        case unknownProvider(ProviderID)
        case providerDisabled(ProviderID)
        case providerMisconfigured(ProviderID, reason: String)
        /// None of the providers the client accepts can be used.
        case nobodyCanLogIn
        /// Neither codes nor refresh tokens: the client can only stage tokens.
        case logsNobodyIn
        /// No grant type `refresh_token`: its people log in again when the access token expires.
        case noRefresh
        /// `openid` is not in its scope: it gets no ID token.
        case noIDToken
        /// A scope that is not defined here: it releases nothing, and no words of its own explain it.
        case undefinedScope(String)
        /// Plain http: the person's own machine is the only one where this works.
        case loopbackRedirect(RedirectURI)
        /// The client may fetch tokens of a provider that keeps none.
        case keepsNoTokens(ProviderID)
        /// An app's own scheme, which another app can claim (RFC 8252 §8.1).
        case privateScheme(RedirectURI)

        /// Whether logins through the client fail.
        package var isFatal: Bool {
            switch self {
            case .unknownProvider, .nobodyCanLogIn: true
            case .providerDisabled, .providerMisconfigured, .logsNobodyIn, .noRefresh, .noIDToken, .undefinedScope,
                .keepsNoTokens, .loopbackRedirect, .privateScheme:
                false
            }
        }
    }

    private let catalogue: any ProviderCatalogue
    private let scopes: ScopeCatalogue

    package init(providers: any ProviderCatalogue, scopes: ScopeCatalogue = .standard) {
        catalogue = providers
        self.scopes = scopes
    }

    /// All there is to say about `client`, the worst first.
    package func remarks(on client: Client) -> [Remark] {
        guard !client.grantTypes.isDisjoint(with: [.authorizationCode, .deviceCode]) else { return [.logsNobodyIn] }
        let remarks = providerRemarks(on: client) + redirectRemarks(on: client) + tokenRemarks(on: client)
        return remarks.filter(\.isFatal) + remarks.filter { !$0.isFatal }
    }

    private func providerRemarks(on client: Client) -> [Remark] {
        let present = catalogue.providers()
        var remarks: [Remark] = []
        switch client.providers {
        case .any: break
        case .only(let accepted):
            let known = Set(present.map(\.id))
            remarks += accepted.filter { !known.contains($0) }.map(Remark.unknownProvider)
        }
        var usable = 0
        for provider in present where client.providers.accepts(provider.id) {
            switch provider.state {
            case .local, .ready: usable += 1
            case .disabled: remarks.append(.providerDisabled(provider.id))
            case .misconfigured(let reason): remarks.append(.providerMisconfigured(provider.id, reason: reason))
            }
        }
        if usable == 0 { remarks.append(.nobodyCanLogIn) }
        return remarks
    }

    private func redirectRemarks(on client: Client) -> [Remark] {
        client.redirectURIs.compactMap { uri in
            switch URIParts(uri.value)?.scheme {
            case "https": nil
            case "http": .loopbackRedirect(uri)
            case .some, nil: .privateScheme(uri)
            }
        }
    }

    private func tokenRemarks(on client: Client) -> [Remark] {
        var remarks: [Remark] = []
        if !client.grantTypes.contains(.refreshToken) { remarks.append(.noRefresh) }
        if !client.allowedScope.contains(Scope.openid) { remarks.append(.noIDToken) }
        let undefined = client.allowedScope.tokens.filter { scopes[$0] == nil && $0 != Scope.loginsRead }
        remarks += undefined.map(Remark.undefinedScope)
        remarks += client.upstreamTokenProviders.filter { catalogue.provider($0)?.custody != .vault }
            .map(Remark.keepsNoTokens)
        return remarks
    }
}
