import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Exchanges one client's access token for another client's own, with which it acts for the same person (RFC 8693 §1.1).
///
/// Only a client that the token's own lists among its `delegates` may: the operator decides, in one place. The new token is
/// never wider than the old in scope, nor does it live longer, and it dies with the same grant.
struct DelegationExchange: Sendable {
    private let environment: BrokerEnvironment
    private let tokens: TokenReader
    private let policy: LoginPolicy
    private let minter: TokenMinter

    /// Most clients through whose hands one person's token goes.
    private static let maximumActors = 4

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
        tokens = TokenReader(environment)
        policy = LoginPolicy(providers: environment.providers)
        minter = TokenMinter(environment)
    }

    /// The token for `client`; throws ``ExchangeRefusal/Cause`` and ``LoginPolicy/Denial``.
    func answer(
        _ request: TokenExchangeRequest, resources: [ResourceIndicator], subject: TokenExchange.Subject,
        client: Client, visit: Visit
    ) async throws -> TokenResponse {
        guard subject.holder.delegates.contains(client.id) else { throw ExchangeRefusal.Cause.notDelegated }
        guard request.requested == .accessToken else { throw ExchangeRefusal.Cause.wrongTokenType }
        let actors = [client.id] + subject.token.holder.actors
        guard actors.count <= Self.maximumActors else { throw ExchangeRefusal.Cause.chainTooLong }
        if let actor = request.actorToken { try await check(actor, of: client) }
        _ = try policy.admit(subject.person, of: subject.grant, to: client)
        let response = try minter.mintDelegate(
            TokenMinter.DelegateOrder(
                client: client, grant: subject.grant, scope: try scope(request.scope, of: subject, client: client),
                resources: try self.resources(resources, of: subject, client: client), actors: actors,
                limit: subject.token.expiresAt, ray: visit.ray, now: environment.clock.now))
        try await environment.store.append([
            AuditEvent(
                .tokenExchanged, at: environment.clock.now, ray: visit.ray,
                account: subject.grant.login.accountID, client: client.id, provider: subject.grant.login.provider,
                grant: subject.grant.id, address: visit.address, reason: "delegation")
        ])
        return response
    }

    /// The one who acts is the client that asks: a token of its own may say so once more, and no other's counts.
    private func check(_ actor: Secret, of client: Client) async throws {
        guard let token = tokens.accessToken(actor), environment.clock.now.numericDate < token.expiresAt,
            case .service(let tokenID) = token.holder, token.client == client.id,
            client.grantTypes.contains(.clientCredentials),
            try await !environment.store.isUsed(client.id.digest(ofToken: tokenID))
        else { throw ExchangeRefusal.Cause.actorToken }
    }

    /// What is asked for of what both the token and the client may have, or all of that.
    private func scope(
        _ requested: Scope?, of subject: TokenExchange.Subject, client: Client
    ) throws -> Scope {
        let both = Scope(subject.token.scope.tokens.filter(client.allowedScope.contains))
        let available = environment.scopes.current.granted(both, to: subject.person.identity.claims)
        guard let requested else { return available }
        guard available.isSuperset(of: requested) else { throw ExchangeRefusal.Cause.widerScope }
        return requested
    }

    /// Those asked for, or else those of the token; either have to be the client's.
    private func resources(
        _ requested: [ResourceIndicator], of subject: TokenExchange.Subject, client: Client
    ) throws -> [ResourceIndicator] {
        let resources = requested.isEmpty ? subject.token.resources.compactMap(ResourceIndicator.init) : requested
        guard resources.allSatisfy(client.resources.contains) else { throw ExchangeRefusal.Cause.targetNotAllowed }
        return resources
    }
}
