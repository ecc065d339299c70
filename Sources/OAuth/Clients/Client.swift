/// A downstream service as registered here (RFC 7591 §2).
package struct Client: Hashable, Sendable {
    package var id: ClientID
    package var name: String
    package var logoURI: String?
    package var redirectURIs: [RedirectURI]
    package var postLogoutRedirectURIs: [String]
    package var authentication: Authentication
    package var grantTypes: Set<GrantType>
    /// The scopes this client may ask for; a request without `scope` gets ``defaultScope``.
    package var allowedScope: Scope
    package var tokenProfile: TokenProfile
    package var idTokenAlgorithm: SignatureAlgorithm
    package var consent: ConsentRule
    package var providers: ProviderRule
    package var introspection: IntrospectionRule
    package var subjects: SubjectRule
    /// How the client is told upstream tokens; nil where it is not.
    package var upstreamTokenEncryption: UpstreamTokenEncryption?
    /// Where this broker tells the client that a session has ended; nil where it does not want to hear.
    package var backChannelLogout: LogoutChannel?
    /// The providers whose tokens, kept here, the client may fetch.
    package var upstreamTokenProviders: [ProviderID]
    /// The resources for which the client may have tokens (RFC 8707 §2).
    package var resources: [ResourceIndicator]
    /// The clients that may exchange this one's access tokens, and act in the place of its people (RFC 8693 §1.1).
    package var delegates: [ClientID]
    /// What the client wants loaded in the browser that has logged out (OIDC Front-Channel Logout §2); nil for nothing.
    package var frontChannelLogout: LogoutChannel?

    package init(
        id: ClientID, name: String, logoURI: String? = nil, redirectURIs: [RedirectURI],
        postLogoutRedirectURIs: [String] = [], authentication: Authentication,
        grantTypes: Set<GrantType> = [.authorizationCode, .refreshToken],
        allowedScope: Scope = Client.standardScope, tokenProfile: TokenProfile = .sealed,
        idTokenAlgorithm: SignatureAlgorithm = .rs256, consent: ConsentRule = .ask, providers: ProviderRule = .any,
        introspection: IntrospectionRule = .refused, subjects: SubjectRule = .shared,
        upstreamTokenEncryption: UpstreamTokenEncryption? = nil, backChannelLogout: LogoutChannel? = nil,
        upstreamTokenProviders: [ProviderID] = [],
        resources: [ResourceIndicator] = [], delegates: [ClientID] = []
    ) {
        self.id = id
        self.name = name
        self.logoURI = logoURI
        self.redirectURIs = redirectURIs
        self.postLogoutRedirectURIs = postLogoutRedirectURIs
        self.authentication = authentication
        self.grantTypes = grantTypes
        self.allowedScope = allowedScope
        self.tokenProfile = tokenProfile
        self.idTokenAlgorithm = idTokenAlgorithm
        self.consent = consent
        self.providers = providers
        self.introspection = introspection
        self.subjects = subjects
        self.upstreamTokenEncryption = upstreamTokenEncryption
        self.backChannelLogout = backChannelLogout
        self.upstreamTokenProviders = upstreamTokenProviders
        self.resources = resources
        self.delegates = delegates
    }

    /// What a client may ask for when its registration names no scope.
    package static let standardScope = Scope(ScopeCatalogue.standard.entries.map(\.name))

    /// What a request without `scope` gets (RFC 6749 §3.3): who the person is, as far as the client may ask.
    package var defaultScope: Scope {
        Scope(["profile", "email"].filter(allowedScope.contains))
    }
}

extension Client {
    /// How a client proves itself at the token endpoint (RFC 6749 §2.3).
    package enum Authentication: Hashable, Sendable {
        /// A public client: `token_endpoint_auth_method` is `none`.
        case publicClient
        /// A shared secret, as `client_secret_basic` or `client_secret_post`; only its Argon2id hash is kept.
        case secret(PasswordHash)
        /// A key of its own (`private_key_jwt`, RFC 7523 §2.2); only the public half is here.
        case keys(ClientKeySet)
    }

    /// Grant types this server knows (RFC 7591 §2 `grant_types`).
    package enum GrantType: String, Sendable, CaseIterable, Codable {
        case authorizationCode = "authorization_code"
        case refreshToken = "refresh_token"
        /// A service for itself (RFC 6749 §4.4).
        case clientCredentials = "client_credentials"
        /// RFC 8693 §2.1.
        case tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
        /// A device that a person lets in with another one (RFC 8628).
        case deviceCode = "urn:ietf:params:oauth:grant-type:device_code"
    }

    /// What kind of access token the client receives.
    package enum TokenProfile: String, Sendable, CaseIterable, Codable {
        /// An AES-256-GCM envelope around the upstream token, which only this broker opens.
        case sealed
        /// A signed access token (RFC 9068) and an opaque refresh token.
        case jwt
    }

    /// Whether a person is asked before this client learns about them.
    package enum ConsentRule: String, Sendable, CaseIterable, Codable {
        case ask
        /// A service of the operator's own; its users agreed when they became the city's users.
        case firstParty = "first_party"
    }

    /// Which upstream providers this client accepts.
    package enum ProviderRule: Hashable, Sendable {
        case any
        case only([ProviderID])

        /// Whether a login at `provider` may reach the client.
        package func accepts(_ provider: ProviderID) -> Bool {
            switch self {
            case .any: true
            case .only(let providers): providers.contains(provider)
            }
        }
    }

    /// Whether the client may ask what tokens are (RFC 7662 §2.1).
    package enum IntrospectionRule: Hashable, Sendable {
        case refused
        /// What each access token here is; an answer that it wants signed (RFC 9701) is signed with this algorithm.
        case allowed(SignatureAlgorithm)
    }

    package var isPublic: Bool {
        switch authentication {
        case .publicClient: true
        case .secret, .keys: false
        }
    }
}

/// A JWS algorithm this server signs with (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9964 §2).
package enum SignatureAlgorithm: String, Sendable, CaseIterable, Codable {
    case rs256 = "RS256"
    case es256 = "ES256"
    /// Ed25519.
    case edDSA = "EdDSA"
    /// Good against quantum computers; its signatures have 3,309 bytes.
    case mlDSA65 = "ML-DSA-65"

    /// Those that every broker has keys of. Of the others keys are made once a client asks for one: a verifier that
    /// reads a set of keys strictly may not know their kind.
    package static let standing: [SignatureAlgorithm] = [.rs256, .es256, .edDSA]
}

/// A password or client secret as an Argon2id PHC string; what it hashes cannot be read from it.
package struct PasswordHash: Hashable, Sendable, Codable {
    /// `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
    package let phc: String

    package init(phc: String) {
        self.phc = phc
    }
}

extension PasswordHash: CustomStringConvertible, CustomReflectable {
    package var description: String { "<password hash>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
