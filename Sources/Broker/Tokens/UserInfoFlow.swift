package import OAuth
import Storage

/// `/oauth2/userinfo` (OIDC Core §5.3): opens sealed and JWT access tokens alike.
package struct UserInfoFlow: Sendable {
    private let environment: BrokerEnvironment
    private let policy: LoginPolicy

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        policy = LoginPolicy(providers: environment.providers)
    }

    private static let invalid = OAuthError(.invalidToken, "The access token is not valid.")

    /// What an access token says, whichever profile it is of.
    private struct Bearing {
        let grant: GrantID
        let client: ClientID
        let scope: Scope
        let expiresAt: Int
    }

    /// The claims the token's scope releases, with `sub`; throws ``OAuthError`` `invalid_token`.
    package func claims(for token: BearerToken, visit: Visit) async throws -> PersonClaims {
        let now = environment.clock.now
        let bearing = try read(token)
        guard now.numericDate < bearing.expiresAt else { throw Self.invalid }
        // Asked each time, so that a revoked grant's tokens die at once.
        guard let grant = try await environment.store.grant(bearing.grant), grant.isLive(at: now),
            grant.clientID == bearing.client, let client = try await environment.store.client(bearing.client)
        else { throw Self.invalid }
        do {
            let person = try await policy.admittedPerson(of: grant, client: client, store: environment.store)
            var claims = environment.scopes.current.released(person.identity.claims, by: bearing.scope)
            claims.values["sub"] = .string(grant.login.accountID.rawValue)
            return claims
        } catch is LoginPolicy.Denial {
            throw Self.invalid
        }
    }

    private func read(_ token: BearerToken) throws -> Bearing {
        let text = token.secret.reveal()
        guard text.utf8.contains(UInt8(ascii: ".")) else {
            guard let opened = try? environment.keyRing.open(text, as: .accessToken, reading: SealedAccessToken.self)
            else { throw Self.invalid }
            return Bearing(
                grant: opened.value.grant, client: ClientID(rawValue: opened.context), scope: opened.value.scope,
                expiresAt: opened.value.expiresAt)
        }
        guard let claims = environment.signingKeys.accessTokenClaims(of: token.secret),
            claims.issuer == environment.issuer.value, claims.audience == environment.issuer.value,
            let scope = Scope(parsing: claims.scope)
        else { throw Self.invalid }
        return Bearing(
            grant: GrantID(rawValue: claims.grantID), client: ClientID(rawValue: claims.clientID), scope: scope,
            expiresAt: claims.expiresAt)
    }
}
