/// What the introspection endpoint says of a token (RFC 7662 §2.2). Times are seconds since 1970.
package enum IntrospectionResponse: Sendable, Hashable {
    /// It counts now.
    case active(Description)
    /// It does not, and why is nobody's business.
    case inactive

    /// What the token is good for.
    package enum Use: String, Sendable, CaseIterable {
        case access
        case refresh
    }

    /// The login behind a token that speaks for a person.
    package struct Person: Sendable, Hashable {
        package let grantID: String
        package let authenticatedAt: Int
        package let identityProvider: String
        /// `acr` (RFC 9470 §6.2).
        package let contextClass: String

        package init(grantID: String, authenticatedAt: Int, identityProvider: String, contextClass: String) {
            self.grantID = grantID
            self.authenticatedAt = authenticatedAt
            self.identityProvider = identityProvider
            self.contextClass = contextClass
        }
    }

    /// What is known of a token that counts.
    package struct Description: Sendable, Hashable {
        package let use: Use
        package let issuer: String
        package let subject: String
        /// The resources it is for, or the issuer.
        package let audience: [String]
        package let clientID: String
        package let scope: Scope
        package let issuedAt: Int?
        package let expiresAt: Int
        package let tokenID: String?
        /// For whom it speaks; nil where a service speaks for itself.
        package let person: Person?
        /// The request in which the token was made.
        package let rayID: String?
        /// Who acts in the subject's place, the last one first (RFC 8693 §4.1).
        package let actors: [String]

        package init(
            use: Use, issuer: String, subject: String, audience: [String], clientID: String, scope: Scope,
            issuedAt: Int?, expiresAt: Int, tokenID: String?, person: Person?, rayID: String?, actors: [String] = []
        ) {
            self.use = use
            self.issuer = issuer
            self.subject = subject
            self.audience = audience
            self.clientID = clientID
            self.scope = scope
            self.issuedAt = issuedAt
            self.expiresAt = expiresAt
            self.tokenID = tokenID
            self.person = person
            self.rayID = rayID
            self.actors = actors
        }
    }
}

extension IntrospectionResponse: JSONWritable {
    package func write(to json: inout JSONWriter) {
        switch self {
        case .inactive: json.add("active", .bool(false))
        case .active(let token):
            json.add("active", .bool(true))
            json.add("iss", token.issuer)
            json.add("sub", token.subject)
            json.add(audience: token.audience)
            json.add("client_id", token.clientID)
            if !token.scope.isEmpty { json.add("scope", token.scope.wireValue) }
            // Only an access token has a type (RFC 6749 §5.1), and only one with a type opens anything.
            if token.use == .access { json.add("token_type", "Bearer") }
            json.add("token_use", token.use.rawValue)
            json.add("iat", token.issuedAt)
            json.add("exp", token.expiresAt)
            json.add("jti", token.tokenID)
            json.add("grant_id", token.person?.grantID)
            json.add("auth_time", token.person?.authenticatedAt)
            json.add("idp", token.person?.identityProvider)
            json.add("acr", token.person?.contextClass)
            json.add("ray_id", token.rayID)
            json.add(actors: token.actors)
        }
    }
}

/// The same as a signed token for one client (RFC 9701 §5).
package struct SignedIntrospection: Sendable, Hashable {
    package let issuer: String
    /// The client that asked.
    package let audience: String
    package let issuedAt: Int
    package let response: IntrospectionResponse

    package init(issuer: String, audience: String, issuedAt: Int, response: IntrospectionResponse) {
        self.issuer = issuer
        self.audience = audience
        self.issuedAt = issuedAt
        self.response = response
    }
}

extension SignedIntrospection: JSONWritable {
    /// Neither `sub` nor `exp`, so that it never passes as an access token (RFC 9701 §5).
    package func write(to json: inout JSONWriter) {
        json.add("iss", issuer)
        json.add("aud", audience)
        json.add("iat", issuedAt)
        json.add("token_introspection", response)
    }
}
