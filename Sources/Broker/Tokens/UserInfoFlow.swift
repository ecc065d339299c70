package import OAuth
import Storage

/// `/oauth2/userinfo` (OIDC Core §5.3): opens sealed and JWT access tokens alike.
package struct UserInfoFlow: Sendable {
    private let environment: BrokerEnvironment
    private let policy: LoginPolicy
    private let tokens: TokenReader
    private let warrant: TokenWarrant

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        policy = LoginPolicy(providers: environment.providers)
        tokens = TokenReader(environment)
        warrant = TokenWarrant(environment)
    }

    private static let invalid = OAuthError(.invalidToken, "The access token is not valid.")

    /// The claims the token's scope releases, with `sub`; throws ``OAuthError`` `invalid_token`.
    package func claims(for token: BearerToken, visit: Visit) async throws -> PersonClaims {
        let now = environment.clock.now
        guard let bearing = tokens.accessToken(token.secret), now.numericDate < bearing.expiresAt else {
            throw Self.invalid
        }
        guard let grantID = bearing.holder.grantID else {
            throw OAuthError(.insufficientScope, "The token speaks for a service, not for a person.")
        }
        // Asked each time, so that a revoked grant's tokens die at once.
        guard let held = try await environment.store.heldGrant(grantID), held.grant.isLive(at: now),
            let clients = try await warrant.holders(of: bearing, under: held), let client = clients.last
        else { throw Self.invalid }
        let grant = held.grant
        // What was made for another resource is worth nothing here, or that resource could come with it (RFC 8707 §3).
        guard bearing.resources.isEmpty else {
            throw OAuthError(.invalidToken, "The access token is for another resource.")
        }
        guard let person = try? policy.admit(held.person, of: grant, to: clients) else { throw Self.invalid }
        var claims = released(person.identity.claims, by: bearing.scope, grant: grant, client: client)
        claims.values["sub"] = .string(environment.subject(of: grant.login.accountID, for: client))
        return claims
    }

    /// What the token's scope releases, and what was asked for one by one where it is one of OpenID Connect.
    private func released(
        _ person: PersonClaims, by scope: Scope, grant: Grant, client: Client
    ) -> PersonClaims {
        let scopes = environment.scopes.current
        let released = scopes.released(person, by: scope)
        // Who acts for the client in somebody's place has what its own scope releases, and no more.
        guard scope.contains(Scope.openid), client.id == grant.clientID else { return released }
        return released.merging(
            scopes.released(person, claims: grant.claims.userInfo, allowed: client.allowedScope))
    }
}
