package import OAuth
import Storage

/// `/oauth2/introspect` (RFC 7662): tells a client that may ask whether a token counts right now.
package struct IntrospectionFlow: Sendable {
    private let environment: BrokerEnvironment
    private let authenticator: ClientAuthenticator
    private let tokens: TokenReader
    private let warrant: TokenWarrant
    private let policy: LoginPolicy

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        authenticator = ClientAuthenticator(environment)
        tokens = TokenReader(environment)
        warrant = TokenWarrant(environment)
        policy = LoginPolicy(providers: environment.providers)
    }

    /// In which form the client wants the answer.
    package enum Form: Sendable {
        case plain
        /// RFC 9701 §4.
        case signed
    }

    package enum Answer: Sendable {
        case plain(IntrospectionResponse)
        case signed(Secret)
    }

    /// What the token is; throws ``OAuthError``.
    package func introspect(
        _ parameters: FormParameters, authorization: String?, form: Form, visit: Visit
    ) async throws -> Answer {
        let credentials = try ClientCredentials(authorization: authorization, parameters: parameters)
        let client = try await authenticator.authenticate(credentials, visit: visit)
        let algorithm: SignatureAlgorithm
        switch client.introspection {
        case .allowed(let chosen): algorithm = chosen
        case .refused: throw OAuthError(.unauthorizedClient, "The client is not registered for introspection.")
        }
        let response = try await response(to: try IntrospectionRequest(parameters), from: client)
        switch form {
        case .plain: return .plain(response)
        case .signed:
            let signed = SignedIntrospection(
                issuer: environment.issuer.value, audience: client.id.rawValue,
                issuedAt: environment.clock.now.numericDate, response: response)
            try await environment.signingKeys.provide(algorithm)
            return .signed(try environment.signingKeys.sign(signed, as: .introspection, with: algorithm))
        }
    }

    private func response(
        to request: IntrospectionRequest, from client: Client
    ) async throws -> IntrospectionResponse {
        switch tokens.read(request.token) {
        case .access(let token): try await response(about: token, for: client)
        // Nobody but its own client has business with a refresh token: to a service that takes it for an access token
        // it must not look like one.
        case .refresh(let token, let owner) where owner == client.id: try await response(about: token, of: client)
        case .refresh, .identity, nil: .inactive
        }
    }

    private func response(
        about token: PresentedToken.AccessToken, for asking: Client
    ) async throws -> IntrospectionResponse {
        let now = environment.clock.now
        guard now.numericDate < token.expiresAt else { return .inactive }
        if case .service(let tokenID) = token.holder {
            return try await response(about: token, named: tokenID)
        }
        guard let grantID = token.holder.grantID, let held = try await environment.store.heldGrant(grantID),
            held.grant.isLive(at: now), let holders = try await warrant.holders(of: token, under: held),
            let scope = heldScope(token.scope, of: held.grant, held.person, clients: holders)
        else { return .inactive }
        return .active(describe(token, of: held.grant, for: asking, scope: scope))
    }

    /// A service's own token: it counts for as long as the service may have one.
    private func response(
        about token: PresentedToken.AccessToken, named tokenID: String
    ) async throws -> IntrospectionResponse {
        guard let client = try await environment.store.client(token.client),
            client.grantTypes.contains(.clientCredentials), client.allowedScope.isSuperset(of: token.scope),
            try await !environment.store.isUsed(client.id.digest(ofToken: tokenID))
        else { return .inactive }
        return .active(
            IntrospectionResponse.Description(
                use: .access, issuer: environment.issuer.value, subject: client.id.rawValue,
                audience: audience(token.resources), clientID: client.id.rawValue, scope: token.scope,
                issuedAt: token.issuedAt,
                expiresAt: token.expiresAt, tokenID: token.tokenID, person: nil, rayID: token.ray))
    }

    private func response(
        about token: SealedRefreshToken, of client: Client
    ) async throws -> IntrospectionResponse {
        let (standing, person) = try await environment.store.standingWithPerson(
            of: token.generation, in: token.grant, at: environment.clock.now,
            grace: environment.lifetimes.refreshGrace)
        switch standing {
        case .current(let grant), .superseded(let grant, _):
            guard grant.clientID == client.id,
                let scope = heldScope(grant.scope, of: grant, person, clients: [client])
            else { return .inactive }
            return .active(
                IntrospectionResponse.Description(
                    use: .refresh, issuer: environment.issuer.value,
                    subject: environment.subject(of: grant.login.accountID, for: client),
                    audience: audience(grant.resources.map(\.value)), clientID: client.id.rawValue, scope: scope,
                    issuedAt: nil, expiresAt: grant.expiresAt.numericDate, tokenID: nil, person: self.person(of: grant),
                    rayID: token.ray?.description))
        case .replayed, .ended: return .inactive
        }
    }

    /// What of `scope` the person still meets; nil if policy lets them through no more.
    private func heldScope(_ scope: Scope, of grant: Grant, _ person: Person?, clients: [Client]) -> Scope? {
        guard let person = try? policy.admit(person, of: grant, to: clients) else { return nil }
        return environment.scopes.current.granted(scope, to: person.identity.claims)
    }

    /// Whom the token speaks for is said in the name by which `asking` knows them, whoever's token it is: two sectors do
    /// not learn from each other's tokens who is the same person (RFC 7662 §5).
    private func describe(
        _ token: PresentedToken.AccessToken, of grant: Grant, for asking: Client, scope: Scope
    ) -> IntrospectionResponse.Description {
        IntrospectionResponse.Description(
            use: .access, issuer: environment.issuer.value,
            subject: environment.subject(of: grant.login.accountID, for: asking),
            audience: audience(token.resources), clientID: token.client.rawValue, scope: scope,
            issuedAt: token.issuedAt, expiresAt: token.expiresAt, tokenID: token.tokenID, person: person(of: grant),
            rayID: token.ray, actors: token.holder.actors.map(\.rawValue))
    }

    private func audience(_ resources: [String]) -> [String] {
        resources.isEmpty ? [environment.issuer.value] : resources
    }

    private func person(of grant: Grant) -> IntrospectionResponse.Person {
        IntrospectionResponse.Person(
            grantID: grant.id.rawValue, authenticatedAt: grant.login.authenticatedAt.numericDate,
            identityProvider: grant.login.provider.rawValue,
            contextClass: grant.login.contextClass ?? ContextDemand.unknown)
    }
}
