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
    /// Whose certificates are accepted beside those of the system's authorities.
    package let authorities: CertificateAuthorities?
    package let endings: UpstreamEndings
    package let custody: TokenCustody
    package let contextClasses: ContextClassRule
    package let upstream: Upstream

    package init(
        id: ProviderID, name: String, activity: Activity, way: Provider.LoginWay, admission: AdmissionRule,
        linking: LinkingRule = .byHand, endings: UpstreamEndings = UpstreamEndings(),
        custody: TokenCustody = .release, contextClasses: ContextClassRule = ContextClassRule(),
        authorities: CertificateAuthorities? = nil, upstream: Upstream
    ) {
        self.id = id
        self.name = name
        self.activity = activity
        self.way = way
        self.admission = admission
        self.linking = linking
        self.authorities = authorities
        self.endings = endings
        self.custody = custody
        self.contextClasses = contextClasses
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
        /// A provider with ID tokens.
        case oidc(UpstreamSettings, OpenIDKind = .standard)
        case cognito(CognitoSettings)
        /// Any provider without ID tokens.
        case oauth2(OAuth2Settings)
        case gitHub(GitHubSettings)
        case facebook(FacebookSettings)
        case header(HeaderSettings)
    }

    package var kind: ProviderKind {
        switch upstream {
        case .local: .local
        case .oidc(_, let kind): kind.kind
        case .cognito: .cognito
        case .oauth2: .oauth2
        case .gitHub: .gitHub
        case .facebook: .facebook
        case .header: .header
        }
    }

    /// The claims that the file makes of what the provider says.
    package var mappedClaims: [String] {
        switch upstream {
        case .local: []
        case .oidc(let settings, _): settings.claims.names
        case .cognito(let pool): pool.upstream.claims.names
        case .oauth2(let settings): settings.claims.names
        case .gitHub(let settings): settings.claims.names
        case .facebook(let settings): settings.claims.names
        case .header(let settings): (settings.claims.keys + settings.mapping.names).sorted()
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
