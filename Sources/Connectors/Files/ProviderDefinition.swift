package import OAuth

/// One provider as its file describes it, every value checked.
package struct ProviderDefinition: Sendable, Hashable {
    package let id: ProviderID
    /// What people see on the button.
    package let name: String
    package let activity: Activity
    package let way: Provider.LoginWay
    package let admission: AdmissionRule
    package let linking: LinkingRule
    package let upstream: Upstream

    package init(
        id: ProviderID, name: String, activity: Activity, way: Provider.LoginWay, admission: AdmissionRule,
        linking: LinkingRule = .byHand, upstream: Upstream
    ) {
        self.id = id
        self.name = name
        self.activity = activity
        self.way = way
        self.admission = admission
        self.linking = linking
        self.upstream = upstream
    }

    /// Whether the operator wants the provider used (`enabled`).
    package enum Activity: Sendable, Hashable {
        case enabled
        case disabled
    }

    /// What the kind of provider needs to be told.
    package enum Upstream: Sendable, Hashable {
        case local
        case oidc(UpstreamSettings)
        case cognito(UpstreamSettings)
    }

    package var kind: ProviderKind {
        switch upstream {
        case .local: .local
        case .oidc: .oidc
        case .cognito: .cognito
        }
    }

    /// Accounts of the broker's own, for a folder without a `local.json`.
    package static let builtInLocal = ProviderDefinition(
        id: .local, name: "Local account", activity: .enabled, way: .broker, admission: AdmissionRule(),
        linking: .byVerifiedEmail, upstream: .local)
}

extension ProviderID {
    /// The provider of the broker's own accounts.
    package static let local = ProviderID(rawValue: "local")
}

/// How to reach an upstream provider and as whom.
package struct UpstreamSettings: Sendable, Hashable {
    package let client: UpstreamClient
    /// Compared with the `iss` of tokens character by character.
    package let issuer: UpstreamEndpoint
    package let scope: Scope
    /// What the file names itself; the rest is discovered.
    package let endpoints: NamedEndpoints
    /// Signature algorithms accepted from this provider.
    package let algorithms: Set<UpstreamAlgorithm>
    package let claims: ClaimMapping

    package init(
        client: UpstreamClient, issuer: UpstreamEndpoint, scope: Scope, endpoints: NamedEndpoints,
        algorithms: Set<UpstreamAlgorithm> = UpstreamAlgorithm.usual, claims: ClaimMapping = ClaimMapping()
    ) {
        self.client = client
        self.issuer = issuer
        self.scope = scope
        self.endpoints = endpoints
        self.algorithms = algorithms
        self.claims = claims
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
    }

    package init(id: String, authentication: Authentication) {
        self.id = id
        self.authentication = authentication
    }

    /// The shared secret, if there is one.
    package var secret: Secret? {
        switch authentication {
        case .none: nil
        case .basic(let secret), .post(let secret): secret
        }
    }
}

/// The `endpoints` of a provider file.
package struct NamedEndpoints: Sendable, Hashable {
    package var authorization: UpstreamEndpoint?
    package var token: UpstreamEndpoint?
    package var userinfo: UpstreamEndpoint?
    package var jwks: UpstreamEndpoint?
    package var revocation: UpstreamEndpoint?
    package var endSession: UpstreamEndpoint?
    /// A provider's own interface beside OAuth: the user-pool API of Cognito.
    package var api: UpstreamEndpoint?

    package init(
        authorization: UpstreamEndpoint? = nil, token: UpstreamEndpoint? = nil, userinfo: UpstreamEndpoint? = nil,
        jwks: UpstreamEndpoint? = nil,
        revocation: UpstreamEndpoint? = nil, endSession: UpstreamEndpoint? = nil, api: UpstreamEndpoint? = nil
    ) {
        self.authorization = authorization
        self.token = token
        self.userinfo = userinfo
        self.jwks = jwks
        self.revocation = revocation
        self.endSession = endSession
        self.api = api
    }

    var all: [UpstreamEndpoint] {
        [authorization, token, userinfo, jwks, revocation, endSession, api].compactMap(\.self)
    }
}
