/// The claims of an ID token of this issuer (OIDC Core §2). Times are seconds since 1970.
package struct IDTokenClaims: Sendable, Hashable, Encodable {
    package let issuer: String
    package let subject: String
    package let audience: String
    package let issuedAt: Int
    package let expiresAt: Int
    package let authenticatedAt: Int
    package let nonce: String?
    /// Through which provider the person logged in.
    package let identityProvider: String
    package let methods: [String]
    /// The authentication context class: always `0` where nothing more is known (OIDC Core §2 `acr`).
    package let contextClass: String
    package let sessionName: String?
    package let accessTokenHash: String?
    package let rayID: String
    package let person: PersonClaims

    package init(
        issuer: String, subject: String, audience: String, issuedAt: Int, expiresAt: Int, authenticatedAt: Int,
        nonce: String?, identityProvider: String, methods: [String], contextClass: String, sessionName: String?,
        accessTokenHash: String?, rayID: String, person: PersonClaims
    ) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.authenticatedAt = authenticatedAt
        self.nonce = nonce
        self.identityProvider = identityProvider
        self.methods = methods
        self.contextClass = contextClass
        self.sessionName = sessionName
        self.accessTokenHash = accessTokenHash
        self.rayID = rayID
        self.person = person
    }

    /// Claims that only the broker may make, also where it makes none: a person's claim of that name is left out, so
    /// that an upstream cannot answer a nonce or name a session here.
    private static let ownClaims: Set<String> = [
        "iss", "sub", "aud", "azp", "exp", "nbf", "iat", "jti", "auth_time", "nonce", "idp", "amr", "acr", "sid",
        "at_hash", "c_hash", "s_hash", "cnf", "act", "may_act", "events", "client_id", "scope", "ray_id",
    ]

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: ClaimName.self)
        for (name, value) in person.values where !Self.ownClaims.contains(name) {
            try container.encode(value, forKey: ClaimName(name))
        }
        try container.encode(issuer, forKey: "iss")
        try container.encode(subject, forKey: "sub")
        try container.encode(audience, forKey: "aud")
        try container.encode(issuedAt, forKey: "iat")
        try container.encode(expiresAt, forKey: "exp")
        try container.encode(authenticatedAt, forKey: "auth_time")
        try container.encodeIfPresent(nonce, forKey: "nonce")
        try container.encode(identityProvider, forKey: "idp")
        try container.encode(methods, forKey: "amr")
        try container.encode(contextClass, forKey: "acr")
        try container.encodeIfPresent(sessionName, forKey: "sid")
        try container.encodeIfPresent(accessTokenHash, forKey: "at_hash")
        try container.encode(rayID, forKey: "ray_id")
    }
}

/// The claims of a JWT access token (RFC 9068 §2.2). Times are seconds since 1970.
package struct AccessTokenClaims: Sendable, Hashable, Codable {
    package let issuer: String
    package let subject: String
    package let audience: String
    package let clientID: String
    package let issuedAt: Int
    package let expiresAt: Int
    package let tokenID: String
    package let scope: String
    /// The grant, by which the token dies with it.
    package let grantID: String
    package let rayID: String

    package init(
        issuer: String, subject: String, audience: String, clientID: String, issuedAt: Int, expiresAt: Int,
        tokenID: String, scope: String, grantID: String, rayID: String
    ) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.clientID = clientID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.tokenID = tokenID
        self.scope = scope
        self.grantID = grantID
        self.rayID = rayID
    }

    private enum CodingKeys: String, CodingKey {
        case issuer = "iss"
        case subject = "sub"
        case audience = "aud"
        case clientID = "client_id"
        case issuedAt = "iat"
        case expiresAt = "exp"
        case tokenID = "jti"
        case scope
        case grantID = "grant_id"
        case rayID = "ray_id"
    }
}

/// A claim name that is only known at run time.
struct ClaimName: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    let intValue: Int? = nil

    init(_ name: String) { stringValue = name }
    init(stringLiteral name: String) { stringValue = name }
    init?(stringValue name: String) { stringValue = name }
    init?(intValue: Int) { nil }
}
