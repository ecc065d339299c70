/// The claims of an ID token of this issuer (OIDC Core §2). Times are seconds since 1970.
package struct IDTokenClaims: Sendable, Hashable {
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
}

extension IDTokenClaims: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.add("iss", issuer)
        json.add("sub", subject)
        json.add("aud", audience)
        json.add("iat", issuedAt)
        json.add("exp", expiresAt)
        json.add("auth_time", authenticatedAt)
        json.add("nonce", nonce)
        json.add("idp", identityProvider)
        // How nobody knows is not said at all (RFC 8176 §1: an array of values, each a method that was used).
        if !methods.isEmpty { json.add("amr", methods) }
        json.add("acr", contextClass)
        json.add("sid", sessionName)
        json.add("at_hash", accessTokenHash)
        json.add("ray_id", rayID)
        for (name, value) in person.inOrder where !BrokerClaims.names.contains(name) { json.add(named: name, value) }
    }
}

/// The claims of a JWT access token (RFC 9068 §2.2). Times are seconds since 1970.
package struct AccessTokenClaims: Sendable, Hashable {
    package let issuer: String
    package let subject: String
    /// The resources it is for, or this issuer.
    package let audience: [String]
    package let clientID: String
    package let issuedAt: Int
    package let expiresAt: Int
    package let tokenID: String
    package let scope: String
    /// The grant, by which the token dies with it; nil where a service speaks for itself.
    package let grantID: String?
    package let rayID: String
    /// Who acts in the subject's place, the last one first (RFC 8693 §4.1); nobody as a rule.
    package let actors: [String]

    package init(
        issuer: String, subject: String, audience: [String], clientID: String, issuedAt: Int, expiresAt: Int,
        tokenID: String, scope: String, grantID: String?, rayID: String, actors: [String] = []
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
        self.actors = actors
    }
}

extension AccessTokenClaims: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.add("iss", issuer)
        json.add("sub", subject)
        json.add(audience: audience)
        json.add("client_id", clientID)
        json.add("iat", issuedAt)
        json.add("exp", expiresAt)
        json.add("jti", tokenID)
        json.add("scope", scope)
        json.add("grant_id", grantID)
        json.add("ray_id", rayID)
        json.add(actors: actors)
    }
}

extension AccessTokenClaims: JSONReadable {
    package init(reading members: JSONMembers) throws(JSONFlaw) {
        self.init(
            issuer: try members.text("iss"), subject: try members.text("sub"), audience: try members.textOrTexts("aud"),
            clientID: try members.text("client_id"), issuedAt: try members.integer("iat"),
            expiresAt: try members.integer("exp"), tokenID: try members.text("jti"), scope: try members.text("scope"),
            grantID: try members.optionalText("grant_id"), rayID: try members.text("ray_id"),
            actors: try members.actors())
    }
}
