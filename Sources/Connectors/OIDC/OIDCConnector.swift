import FoundationEssentials
import OAuth

/// Any OpenID provider (OIDC Core, Discovery); what its kind does differently is in the dialect.
struct OIDCConnector: Connector {
    let settings: UpstreamSettings
    let dialect: any OpenIDDialect
    let directory: ProviderDirectory
    let verifier: TokenVerifier
    let tokens: TokenEndpoint
    let transport: any UpstreamTransport
    private let unchecked = UncheckedTokens()

    /// Asks the provider nothing yet.
    init(
        _ settings: UpstreamSettings, dialect: any OpenIDDialect = StandardDialect(), transport: any UpstreamTransport
    ) {
        self.settings = settings
        self.dialect = dialect
        self.transport = transport
        tokens = TokenEndpoint(client: settings.client, transport: transport)
        let directory = ProviderDirectory(settings, dialect: dialect, transport: transport)
        self.directory = directory
        verifier = TokenVerifier(settings, directory: directory, transport: transport)
    }

    var redirectLogin: (any RedirectLogin)? { self }
    var tokenVerification: (any TokenVerification)? { self }
    var tokenRefresh: (any TokenRefresh)? { self }
    var tokenRevocation: (any TokenRevocation)? { self }
    var upstreamLogout: (any UpstreamLogout)? { self }
    var logoutTokens: (any LogoutTokenVerification)? { self }
}

extension TokenVerifier {
    /// A verifier whose keys are fetched from where `directory` says.
    init(_ settings: UpstreamSettings, directory: ProviderDirectory, transport: any UpstreamTransport) {
        let published = FreshValue { (now: Date) async throws(ConnectorError) -> PublishedKeys in
            let endpoint = try await directory.keys(at: now)
            return try await transport.json(
                PublishedKeys.self, from: UpstreamRequest(endpoint, limit: KeyCache.maximumLength))
        }
        self.init(keys: KeyCache(published), algorithms: settings.algorithms)
    }
}

extension OIDCConnector: RedirectLogin {
    private var flow: OpenIDCodeFlow {
        OpenIDCodeFlow(settings: settings, dialect: dialect, directory: directory, tokens: tokens)
    }

    func begin(_ attempt: UpstreamAttempt, at now: Date) async throws(ConnectorError) -> String {
        try await flow.begin(attempt, at: now)
    }

    func complete(
        _ answer: UpstreamAnswer, to attempt: UpstreamAttempt, at now: Date
    ) async throws(ConnectorError) -> UpstreamLogin {
        let issued = try await flow.redeem(answer, of: attempt, at: now)
        guard let idToken = issued.idToken else {
            throw .misbehaved(cause: "the token endpoint of \(settings.issuer) answered without an ID token")
        }
        let judged = try await judge(idToken, with: issued.accessToken, at: now)
        try flow.requireNonce(attempt.nonce, in: judged.claims)
        let tokens = UpstreamTokens(
            accessToken: issued.accessToken, idToken: idToken, refreshToken: issued.refreshToken,
            expiresAt: issued.expiresAt)
        return try await login(judged, tokens, .issued(introduction: introduction(answer)), at: now)
    }
}

extension OIDCConnector {
    private func introduction(_ answer: UpstreamAnswer) -> [String: JSONValue] {
        switch answer {
        case .code(_, _, let user?): dialect.introduction(user)
        case .code(_, _, nil), .error: [:]
        }
    }
}

extension OIDCConnector: TokenVerification {
    func mayHaveIssued(_ tokens: UpstreamTokens) -> Bool {
        guard let issuer = tokens.idToken?.unverifiedIssuer else { return false }
        return dialect.answers(as: issuer, configured: settings.issuer.url)
    }

    /// An ID token is required: it alone says for whom the tokens were made (OIDC Core §2).
    func verify(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> UpstreamLogin {
        guard let idToken = tokens.idToken else { throw .untrusted(.audience) }
        let judged = try await judge(idToken, with: tokens.accessToken, at: now)
        return try await login(judged, tokens, .handedOver, at: now)
    }
}

extension OIDCConnector: TokenRefresh {
    func refresh(
        _ tokens: UpstreamTokens, of subject: String, at now: Date
    ) async throws(ConnectorError) -> UpstreamTokens {
        guard let refreshToken = tokens.refreshToken else {
            throw .misbehaved(cause: "\(settings.issuer) gave no refresh token")
        }
        let endpoint = try await directory.endpoints(at: now).token
        // Before the token is spent, because what comes of it has to be judged.
        try await verifier.prepare(at: now)
        return try await unchecked.settle(refreshToken, at: now) { () async throws(ConnectorError) in
            try await self.tokens.redeem(refreshToken, at: endpoint, now: now)
        } check: { (issued) async throws(ConnectorError) in
            try await accept(issued, insteadOf: tokens, of: subject, at: now)
        }
    }

    /// A new ID token must be about the same person (OIDC Core §12.2); the old one stays where there is none.
    private func accept(
        _ issued: IssuedTokens, insteadOf tokens: UpstreamTokens, of subject: String, at now: Date
    ) async throws(ConnectorError) -> UpstreamTokens {
        if let idToken = issued.idToken {
            let judged = try await judge(idToken, with: issued.accessToken, at: now)
            guard judged.subject == subject else { throw .untrusted(.subjectMismatch) }
        }
        return UpstreamTokens(
            accessToken: issued.accessToken, idToken: issued.idToken ?? tokens.idToken,
            refreshToken: issued.refreshToken ?? tokens.refreshToken, expiresAt: issued.expiresAt)
    }
}

extension OIDCConnector {
    /// An ID token that says what it must, and about whom.
    private struct Judged {
        let claims: VerifiedClaims
        let subject: String
    }

    /// How tokens came here.
    private enum Origin {
        /// In one answer of the provider's token endpoint: they belong together. The code may have come with an
        /// introduction, which nothing vouches for.
        case issued(introduction: [String: JSONValue])
        /// From a login front end: whether they belong together has to be found out.
        case handedOver

        var provenance: TokenProvenance {
            switch self {
            case .issued: .issued
            case .handedOver: .handedOver
            }
        }
    }

    /// Everything an ID token must say but for the nonce (OIDC Core §3.1.3.7).
    private func judge(
        _ idToken: Secret, with accessToken: Secret, at now: Date
    ) async throws(ConnectorError) -> Judged {
        let claims = try await verifier.verify(idToken, at: now)
        let issuer = try await directory.issuer(at: now)
        do throws(TokenFlaw) {
            try claims.requireIDTokenType()
            try dialect.requireIssuer(issuer, of: claims)
            try claims.requireAudience(settings.client.id)
            try claims.requireTimes(at: now)
            guard claims.values["iat"] != nil else { throw .malformed }
            try claims.requireHash(of: accessToken)
            return Judged(claims: claims, subject: try dialect.subject(of: claims))
        } catch {
            throw .untrusted(error)
        }
    }

    /// The claims of an access token that was handed over and is a JWT of this issuer: made for this client, about
    /// `subject`.
    ///
    /// Nil where it is something else. What the token endpoint has issued is between the provider and its APIs, whatever
    /// its shape (RFC 6749 §1.4).
    private func accessTokenClaims(
        _ accessToken: Secret, of subject: String, _ origin: Origin, at now: Date
    ) async throws(ConnectorError) -> VerifiedClaims? {
        switch (dialect.accessTokens, origin) {
        case (.opaque, _), (.perhapsJWT, .issued): return nil
        case (.perhapsJWT, .handedOver): break
        }
        guard let parts = try? CompactJWS(accessToken), parts.unverifiedText("iss") == settings.issuer.url else {
            return nil
        }
        let claims = try await verifier.verify(parts, at: now)
        do throws(TokenFlaw) {
            try claims.requireTimes(at: now)
            for name in ["client_id", "azp"] where claims.values[name] != nil {
                guard claims.text(name) == settings.client.id else { throw .audience }
            }
            guard claims.values["sub"] == nil || claims.text("sub") == subject else { throw .subjectMismatch }
            return claims
        } catch {
            throw .untrusted(error)
        }
    }
}

extension OIDCConnector {
    /// Completes a judged ID token with what the access token, the userinfo endpoint and the dialect add.
    private func login(
        _ judged: Judged, _ tokens: UpstreamTokens, _ origin: Origin, at now: Date
    ) async throws(ConnectorError) -> UpstreamLogin {
        var tokens = tokens
        let accessToken = try await accessTokenClaims(tokens.accessToken, of: judged.subject, origin, at: now)
        tokens.expiresAt = tokens.expiresAt ?? accessToken?.expiry
        let userinfo = try await userinfo(about: judged, tokens, origin, at: now)
        switch origin {
        case .issued: break
        case .handedOver:
            // Somebody's ID token beside somebody else's access token would let the one act as the other.
            let isBound = judged.claims.values["at_hash"] != nil || accessToken?.values["sub"] != nil
            guard isBound || userinfo != nil else { throw .untrusted(.accessTokenHash) }
        }
        var said = dialect.normalized(userinfo?.merged(over: judged.claims.values) ?? judged.claims.values)
        if case .issued(let introduction) = origin { said.merge(introduction) { vouched, _ in vouched } }
        let supplement = try await dialect.supplement(said, with: tokens.accessToken, transport: transport)
        said.merge(supplement.claims) { _, new in new }
        var claims = settings.claims.person(from: said)
        for name in dialect.retainedClaims { claims.values[name] = judged.claims.values[name] }
        return UpstreamLogin(
            subject: judged.subject, claims: claims, tokens: tokens,
            authenticatedAt: judged.claims.authenticatedAt(by: now), methods: judged.claims.methods,
            contextClass: judged.claims.text("acr"), toldOnce: dialect.claimsToldOnce, remarks: supplement.remarks,
            // One that cannot be a name names nothing.
            sessionID: try? judged.claims.name("sid"))
    }

    /// What the userinfo endpoint says, where there is one and the dialect wants it asked.
    ///
    /// It also shows that an opaque access token is good and about the same person.
    private func userinfo(
        about judged: Judged, _ tokens: UpstreamTokens, _ origin: Origin, at now: Date
    ) async throws(ConnectorError) -> Userinfo? {
        switch (dialect.userinfo, origin) {
        case (.never, _), (.handedOverTokens, .issued): return nil
        case (.always, _), (.handedOverTokens, .handedOver): break
        }
        guard let endpoint = try await directory.endpoints(at: now).userinfo, let sub = judged.claims.text("sub") else {
            return nil
        }
        return try await Userinfo.fetch(
            from: endpoint, with: tokens.accessToken, origin.provenance, about: sub, transport: transport)
    }
}
