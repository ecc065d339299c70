import Connectors
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Exchanges a client's access token for a provider's own token, kept in the vault.
struct UpstreamExchange: Sendable {
    private let environment: BrokerEnvironment
    private let vault: Vault
    private let policy: LoginPolicy
    private let delivery: UpstreamDelivery

    init(_ environment: BrokerEnvironment, _ vault: Vault) {
        self.environment = environment
        self.vault = vault
        policy = LoginPolicy(providers: environment.providers)
        delivery = UpstreamDelivery(environment)
    }

    /// The token of `type` that is kept of the person of `grant`; throws ``ExchangeRefusal``.
    func answer(
        _ type: TokenTypeName, of target: ProviderID, for grant: Grant, client: Client, visit: Visit
    ) async throws -> TokenResponse {
        func refused(_ cause: ExchangeRefusal.Cause) -> ExchangeRefusal {
            ExchangeRefusal(cause: cause, grant: grant, provider: target)
        }
        do {
            let connector = try connector(of: target, for: client)
            let owner = try await owner(at: target, grant, client: client)
            let tokens = try await held(by: owner, at: connector, client: client, visit: visit)
            let response = try response(type, tokens, to: client)
            try await environment.store.append([
                AuditEvent(
                    .tokenExchanged, at: environment.clock.now, ray: visit.ray, account: owner.account,
                    client: client.id, provider: target, grant: grant.id, address: visit.address,
                    reason: type.auditReason)
            ])
            return response
        } catch let cause as ExchangeRefusal.Cause {
            throw refused(cause)
        } catch let denial as LoginPolicy.Denial {
            throw refused(ExchangeRefusal.Cause(denial))
        } catch is ConnectorError {
            throw refused(.unavailable)
        }
    }

    private func connector(of target: ProviderID, for client: Client) throws -> any Connector {
        guard client.upstreamTokenProviders.contains(target) else { throw ExchangeRefusal.Cause.targetNotAllowed }
        let provider = try policy.provider(target, for: client)
        switch (provider.custody, provider.state) {
        case (.vault, .ready(let connector)): return connector
        case (.release, _), (_, .local), (_, .disabled), (_, .misconfigured):
            throw ExchangeRefusal.Cause.keepsNoTokens
        }
    }

    /// Whose tokens they would be: of the identity that the grant came of, or of another one of the same account.
    private func owner(at target: ProviderID, _ grant: Grant, client: Client) async throws -> Vault.Owner {
        let account = grant.login.accountID
        let subject: String
        if grant.login.provider == target {
            subject = grant.login.subject
        } else if let kept = try await environment.store.vaultedSubject(of: account, at: target) {
            subject = kept
        } else {
            throw ExchangeRefusal.Cause.neverUsed
        }
        // The identity may have been unlinked, or its claims no longer be admitted, since its tokens were kept.
        guard let person = try await environment.store.person(provider: target, subject: subject),
            person.account.id == account
        else { throw ExchangeRefusal.Cause.neverUsed }
        try policy.admit(person.identity, of: person.account, to: client)
        return Vault.Owner(account: account, provider: target, subject: subject)
    }

    private func held(
        by owner: Vault.Owner, at connector: any Connector, client: Client, visit: Visit
    ) async throws -> UpstreamTokens {
        switch try await vault.holding(of: owner, at: connector, for: client.id, visit: visit) {
        case .tokens(let tokens): return tokens
        case .nothing: throw ExchangeRefusal.Cause.neverUsed
        case .lapsed: throw ExchangeRefusal.Cause.lapsed
        case .ended: throw ExchangeRefusal.Cause.grantEnded
        }
    }

    private func response(
        _ type: TokenTypeName, _ tokens: UpstreamTokens, to client: Client
    ) throws -> TokenResponse {
        let token: Secret
        let expiry: Date?
        switch type {
        case .accessToken: (token, expiry) = (tokens.accessToken, tokens.expiresAt)
        case .idToken:
            guard let idToken = tokens.idToken else { throw ExchangeRefusal.Cause.noIDToken }
            (token, expiry) = (idToken, nil)
        }
        let (delivered, usage) = try delivery.exchanged(token, type, to: client)
        return TokenResponse(
            accessToken: delivered, expiresIn: expiry.map { $0.numericDate - environment.clock.now.numericDate },
            refreshToken: nil, scope: Scope([]), idToken: nil, exchanged: TokenResponse.Exchanged(type, usage))
    }
}

extension TokenTypeName {
    /// What the trail says was handed out.
    fileprivate var auditReason: String {
        switch self {
        case .accessToken: "upstream_access_token"
        case .idToken: "upstream_id_token"
        }
    }
}
