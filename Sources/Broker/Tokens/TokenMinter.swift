import Connectors
import Crypto
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Makes the tokens of a grant, in the client's profile.
struct TokenMinter: Sendable {
    private let environment: BrokerEnvironment
    private let delivery: UpstreamDelivery

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
        delivery = UpstreamDelivery(environment)
    }

    /// Whose tokens one answer of the token endpoint holds, and for what.
    struct Order: Sendable {
        let client: Client
        let grant: Grant
        /// The grant's scope, or less.
        let scope: Scope
        /// The grant's resources, or some of them.
        let resources: [ResourceIndicator]
        let person: PersonClaims
        let nonce: String?
        let ray: RayID
        let now: Date

        /// `scope` and `resources` as far as the client asked for less than all that was granted.
        init(
            client: Client, grant: Grant, scope: Scope? = nil, resources: [ResourceIndicator] = [],
            person: PersonClaims, nonce: String? = nil, ray: RayID, now: Date
        ) {
            self.client = client
            self.grant = grant
            self.scope = scope ?? grant.scope
            self.resources = resources.isEmpty ? grant.resources : resources
            self.person = person
            self.nonce = nonce
            self.ray = ray
            self.now = now
        }
    }

    /// What came from the provider and goes with the tokens of an order.
    struct Freight: Sendable {
        /// What a sealed access token is made around.
        let carried: UpstreamTokens?
        /// What a client with a key for them is told beside its tokens.
        let delivered: UpstreamTokens?
    }

    /// The answer to `order`.
    ///
    /// A scope whose demand the person no longer meets is left out; the grant keeps it, for when they do again.
    func mint(_ order: Order, _ freight: Freight, refreshToken: Secret?) throws -> TokenResponse {
        let scopes = environment.scopes.current
        let scope = scopes.granted(order.scope, to: order.person)
        let expiry = expiry(of: order, carrying: freight.carried)
        let accessToken =
            switch order.client.tokenProfile {
            case .sealed: try sealedAccessToken(order, scope, carrying: freight.carried, expiry: expiry)
            case .jwt: try jwtAccessToken(order, scope, expiry: expiry)
            }
        let idToken =
            scope.contains(Scope.openid) ? try idToken(order, scope, scopes, accessToken: accessToken) : nil
        return TokenResponse(
            accessToken: accessToken, expiresIn: expiry - order.now.numericDate, refreshToken: refreshToken,
            scope: scope, idToken: idToken,
            upstream: try delivery.encrypted(freight.delivered, to: order.client))
    }

    /// The refresh token of `generation`, or nil where the client did not register for refreshing.
    func refreshToken(
        of grant: Grant, generation: Int, client: Client, upstream: UpstreamTokens?, ray: RayID
    ) throws -> Secret? {
        guard client.grantTypes.contains(.refreshToken) else { return nil }
        let released = client.receivesUpstreamTokens ? upstream : nil
        let content = SealedRefreshToken(
            grant: grant.id, generation: generation, upstream: released?.refreshToken,
            holder: released?.refreshToken == nil ? nil : released?.holder, ray: ray)
        return try environment.keyRing.seal(
            content, as: .refreshToken, for: client.id.rawValue, salt: environment.random.salt()
        ).secret
    }

    /// Not beyond the grant, nor beyond an upstream token that the access token carries.
    private func expiry(of order: Order, carrying upstream: UpstreamTokens?) -> Int {
        let own = min(
            order.now.numericDate + environment.lifetimes.accessToken, order.grant.expiresAt.numericDate)
        switch order.client.tokenProfile {
        case .jwt: return own
        case .sealed:
            guard let end = upstream?.expiresAt else { return own }
            return max(order.now.numericDate, min(own, end.numericDate))
        }
    }

    private func sealedAccessToken(
        _ order: Order, _ scope: Scope, carrying upstream: UpstreamTokens?, expiry: Int
    ) throws -> Secret {
        let content = SealedAccessToken(
            holder: .person(order.grant.id), scope: scope, issuedAt: order.now.numericDate, expiresAt: expiry,
            ray: order.ray, resources: order.resources.map(\.value), upstream: upstream?.accessToken)
        return try environment.keyRing.seal(
            content, as: .accessToken, for: order.client.id.rawValue, salt: environment.random.salt()
        ).secret
    }

    /// Whom a token is for (RFC 9068 §2.2): the resources named, or else this issuer with its userinfo endpoint.
    private func audience(_ resources: [ResourceIndicator]) -> [String] {
        resources.isEmpty ? [environment.issuer.value] : resources.map(\.value)
    }

    private func jwtAccessToken(_ order: Order, _ scope: Scope, expiry: Int) throws -> Secret {
        let claims = AccessTokenClaims(
            issuer: environment.issuer.value,
            subject: environment.subject(of: order.grant.login.accountID, for: order.client),
            audience: audience(order.resources), clientID: order.client.id.rawValue, issuedAt: order.now.numericDate,
            expiresAt: expiry, tokenID: environment.random.bytes(Bits128.self).name, scope: scope.wireValue,
            grantID: order.grant.id.rawValue, rayID: order.ray.description)
        return try environment.signingKeys.sign(claims, as: .accessToken, with: order.client.idTokenAlgorithm)
    }

    /// An access token with which `client` speaks for itself (RFC 6749 §4.4.3); as its subject it names the client
    /// (RFC 9068 §2.2).
    func mintService(
        scope: Scope, resources: [ResourceIndicator], client: Client, ray: RayID, now: Date
    ) throws -> TokenResponse {
        let issuedAt = now.numericDate
        let tokenID = environment.random.bytes(Bits128.self).name
        let lifetime = environment.lifetimes.accessToken
        let token: Secret
        switch client.tokenProfile {
        case .sealed:
            let content = SealedAccessToken(
                holder: .service(tokenID: tokenID), scope: scope, issuedAt: issuedAt, expiresAt: issuedAt + lifetime,
                ray: ray, resources: resources.map(\.value), upstream: nil)
            token = try environment.keyRing.seal(
                content, as: .accessToken, for: client.id.rawValue, salt: environment.random.salt()
            ).secret
        case .jwt:
            let claims = AccessTokenClaims(
                issuer: environment.issuer.value, subject: client.id.rawValue, audience: audience(resources),
                clientID: client.id.rawValue, issuedAt: issuedAt, expiresAt: issuedAt + lifetime, tokenID: tokenID,
                scope: scope.wireValue, grantID: nil, rayID: ray.description)
            token = try environment.signingKeys.sign(claims, as: .accessToken, with: client.idTokenAlgorithm)
        }
        return TokenResponse(
            accessToken: token, expiresIn: lifetime, refreshToken: nil, scope: scope, idToken: nil)
    }

    /// What a token of one client for another's people is made of.
    struct DelegateOrder: Sendable {
        let client: Client
        let grant: Grant
        let scope: Scope
        let resources: [ResourceIndicator]
        let actors: [ClientID]
        /// Seconds since 1970 at which the token ends that it was exchanged for.
        let limit: Int
        let ray: RayID
        let now: Date
    }

    /// An access token with which `order`'s client acts for the person of another one's grant (RFC 8693 §4.1).
    func mintDelegate(_ order: DelegateOrder) throws -> TokenResponse {
        let issuedAt = order.now.numericDate
        let expiry = min(
            issuedAt + environment.lifetimes.accessToken, order.grant.expiresAt.numericDate, order.limit)
        let tokenID = environment.random.bytes(Bits128.self).name
        let token: Secret
        switch order.client.tokenProfile {
        case .sealed:
            let content = SealedAccessToken(
                holder: .delegate(order.grant.id, Delegation(actors: order.actors, tokenID: tokenID)),
                scope: order.scope, issuedAt: issuedAt, expiresAt: expiry, ray: order.ray,
                resources: order.resources.map(\.value), upstream: nil)
            token = try environment.keyRing.seal(
                content, as: .accessToken, for: order.client.id.rawValue, salt: environment.random.salt()
            ).secret
        case .jwt:
            let claims = AccessTokenClaims(
                issuer: environment.issuer.value,
                subject: environment.subject(of: order.grant.login.accountID, for: order.client),
                audience: audience(order.resources), clientID: order.client.id.rawValue, issuedAt: issuedAt,
                expiresAt: expiry, tokenID: tokenID, scope: order.scope.wireValue, grantID: order.grant.id.rawValue,
                rayID: order.ray.description, actors: order.actors.map(\.rawValue))
            token = try environment.signingKeys.sign(claims, as: .accessToken, with: order.client.idTokenAlgorithm)
        }
        return TokenResponse(
            accessToken: token, expiresIn: expiry - issuedAt, refreshToken: nil, scope: order.scope, idToken: nil,
            exchanged: TokenResponse.Exchanged(.accessToken, .bearer))
    }

    private func idToken(
        _ order: Order, _ scope: Scope, _ scopes: ScopeCatalogue, accessToken: Secret
    ) throws -> Secret {
        let login = order.grant.login
        let person = scopes.released(order.person, by: scope).merging(
            scopes.released(
                order.person, claims: order.grant.claims.idToken, allowed: order.client.allowedScope))
        let claims = IDTokenClaims(
            issuer: environment.issuer.value, subject: environment.subject(of: login.accountID, for: order.client),
            audience: order.client.id.rawValue,
            issuedAt: order.now.numericDate, expiresAt: order.now.numericDate + environment.lifetimes.idToken,
            authenticatedAt: login.authenticatedAt.numericDate, nonce: order.nonce,
            identityProvider: login.provider.rawValue, methods: login.methods,
            contextClass: login.contextClass ?? ContextDemand.unknown,
            sessionName: login.sessionName,
            accessTokenHash: try Self.halfHash(of: accessToken, with: order.client.idTokenAlgorithm),
            rayID: order.ray.description, person: person)
        return try environment.signingKeys.sign(claims, as: .idToken, with: order.client.idTokenAlgorithm)
    }

    /// `at_hash` (OIDC Core §3.1.3.6): the left half of the hash that the algorithm uses; Ed25519 uses SHA-512 (RFC 8032
    /// §5.1), ML-DSA 512 bits of SHAKE256 (FIPS 204 §6.2).
    private static func halfHash(of token: Secret, with algorithm: SignatureAlgorithm) throws -> String {
        let text = token.reveal().utf8
        return switch algorithm {
        case .rs256, .es256: Base64URL.encode(Array(text.span.sha256.prefix(16)))
        case .edDSA: Base64URL.encode(Array(SHA512.hash(data: Array(text)).byteArray.prefix(32)))
        case .mlDSA65: Base64URL.encode(Array(try SHAKE256.hash(Array(text), count: 64).prefix(32)))
        }
    }
}
