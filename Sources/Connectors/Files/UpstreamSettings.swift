package import OAuth

/// How to reach an upstream provider and as whom.
package struct UpstreamSettings: Sendable, Hashable {
    package var client: UpstreamClient
    /// Compared with the `iss` of tokens character by character.
    package var issuer: UpstreamEndpoint
    package var scope: Scope
    /// What the file names itself; the rest is discovered.
    package var endpoints: NamedEndpoints
    /// Signature algorithms accepted from this provider.
    package var algorithms: Set<UpstreamAlgorithm>
    package var claims: ClaimMapping
    package var proofKey: ProofKey
    package var nonce: NonceRule

    package init(
        client: UpstreamClient, issuer: UpstreamEndpoint, scope: Scope, endpoints: NamedEndpoints,
        algorithms: Set<UpstreamAlgorithm> = UpstreamAlgorithm.usual, claims: ClaimMapping = ClaimMapping(),
        proofKey: ProofKey = .s256, nonce: NonceRule = .required
    ) {
        self.client = client
        self.issuer = issuer
        self.scope = scope
        self.endpoints = endpoints
        self.algorithms = algorithms
        self.claims = claims
        self.proofKey = proofKey
        self.nonce = nonce
    }
}

/// What the broker is to the provider (RFC 6749 §2.3).
package struct UpstreamClient: Sendable, Hashable {
    package let id: String
    package let authentication: Authentication

    /// How the broker proves itself at the provider's token endpoint.
    package enum Authentication: Sendable, Hashable {
        case none
        case basic(Secret)
        case post(Secret)
        /// RFC 7523 §2.2.
        case privateKey(ClientKey)
        /// A `client_secret` that is itself signed and short-lived.
        case signedSecret(SignedClientSecret)
    }

    package init(id: String, authentication: Authentication) {
        self.id = id
        self.authentication = authentication
    }

    /// The shared secret, if there is one.
    package var secret: Secret? {
        switch authentication {
        case .none, .privateKey, .signedSecret: nil
        case .basic(let secret), .post(let secret): secret
        }
    }
}

/// What a signed client secret is made of, as Apple wants it.
package struct SignedClientSecret: Sendable, Hashable {
    package let issuer: String
    package let audience: String
    package let key: ClientKey

    package init(issuer: String, audience: String, key: ClientKey) {
        self.issuer = issuer
        self.audience = audience
        self.key = key
    }
}
