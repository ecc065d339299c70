import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The client credentials grant (RFC 6749 §4.4): a service speaks for itself, and for no person.
struct ServiceGrant: Sendable {
    private let environment: BrokerEnvironment
    private let minter: TokenMinter

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
        minter = TokenMinter(environment)
    }

    /// An access token and nothing else (§4.4.3).
    @inline(never)
    func answer(
        scope requested: Scope?, resources: [ResourceIndicator], client: Client, visit: Visit
    ) async throws -> TokenResponse {
        guard !client.isPublic else {
            throw OAuthError(.unauthorizedClient, "A public client cannot speak for itself.")
        }
        guard resources.allSatisfy(client.resources.contains) else {
            throw OAuthError(.invalidTarget, "The client may not have tokens for one of these resources.")
        }
        let now = environment.clock.now
        let response = try minter.mintService(
            scope: try scope(requested, of: client), resources: resources, client: client, ray: visit.ray, now: now)
        try await environment.store.append([
            AuditEvent(
                .tokenIssued, at: now, ray: visit.ray, client: client.id, address: visit.address,
                reason: "client_credentials")
        ])
        return response
    }

    /// What the client may have of `requested`, or all it may have.
    private func scope(_ requested: Scope?, of client: Client) throws -> Scope {
        let held = client.allowedScope.tokens.filter { ScopeCatalogue.standard[$0] == nil }
        // What is demanded of a person a service cannot show.
        let available = environment.scopes.current.granted(Scope(held), to: PersonClaims())
        guard let requested else { return available }
        guard available.isSuperset(of: requested) else {
            throw OAuthError(.invalidScope, "The client may not have this scope for itself.")
        }
        return requested
    }
}
