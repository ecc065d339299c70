import FoundationEssentials
import OAuth

/// An Amazon-Cognito-like user pool: tokens handed over by a front end, its API for refreshing, its pages if named.
struct CognitoConnector: Connector {
    let settings: UpstreamSettings
    let directory: ProviderDirectory
    let verifier: TokenVerifier
    let api: CognitoAPI
    let transport: any UpstreamTransport
    let refreshing: RefreshingKnowledge
    let unchecked = UncheckedTokens()
    private let pages: CognitoSettings.Pages
    private let attributes: Attributes

    /// Where claims come from that the tokens lack: a login waits for the API only if the file names it.
    private enum Attributes: Sendable {
        case fromAPI
        case fromTokensAlone
    }

    /// Asks the pool nothing yet. Keys and API are where a pool has them unless the file says otherwise.
    init(_ pool: CognitoSettings, transport: any UpstreamTransport) {
        attributes = pool.upstream.endpoints.api == nil ? .fromTokensAlone : .fromAPI
        pages = pool.pages
        refreshing = RefreshingKnowledge(pool.refreshing)
        let settings = pool.upstream.withPoolDefaults
        self.settings = settings
        self.transport = transport
        let directory = ProviderDirectory(settings, transport: transport)
        self.directory = directory
        verifier = TokenVerifier(settings, directory: directory, transport: transport)
        api = CognitoAPI(
            client: settings.client, endpoint: settings.endpoints.api ?? settings.issuer.replacingPath(with: "/"),
            transport: transport)
    }

    var redirectLogin: (any RedirectLogin)? { hasPages ? self : nil }
    var tokenVerification: (any TokenVerification)? { self }
    var tokenRefresh: (any TokenRefresh)? { self }
    var tokenRevocation: (any TokenRevocation)? { self }
    /// Nil without pages: there is no session of the browser's to end.
    var upstreamLogout: (any UpstreamLogout)? { hasPages || settings.endpoints.endSession != nil ? self : nil }

    private var hasPages: Bool {
        switch pages {
        case .none: false
        case .named, .discovered: true
        }
    }
}

extension UpstreamSettings {
    fileprivate var withPoolDefaults: UpstreamSettings {
        var settings = self
        settings.endpoints.jwks = endpoints.jwks ?? issuer.appendingPath("/.well-known/jwks.json")
        settings.endpoints.api = endpoints.api ?? issuer.replacingPath(with: "/")
        return settings
    }
}

extension CognitoConnector: RedirectLogin {
    private var flow: OpenIDCodeFlow {
        OpenIDCodeFlow(
            settings: settings, dialect: StandardDialect(), directory: directory,
            tokens: TokenEndpoint(client: settings.client, transport: transport))
    }

    func begin(_ attempt: UpstreamAttempt, at now: Date) async throws(ConnectorError) -> String {
        try await flow.begin(attempt, at: now)
    }

    func complete(
        _ answer: UpstreamAnswer, to attempt: UpstreamAttempt, at now: Date
    ) async throws(ConnectorError) -> UpstreamLogin {
        let issued = try await flow.redeem(answer, of: attempt, at: now)
        let tokens = UpstreamTokens(
            accessToken: issued.accessToken, idToken: issued.idToken, refreshToken: issued.refreshToken,
            expiresAt: issued.expiresAt)
        let judged = try await judge(tokens, at: now)
        guard let identity = judged.identity else {
            throw .misbehaved(cause: "the token endpoint of \(settings.issuer) answered without an ID token")
        }
        do throws(TokenFlaw) { try identity.requireNonce(attempt.nonce) } catch { throw .untrusted(error) }
        return try await login(judged, tokens, .issued, at: now)
    }
}

extension CognitoConnector: TokenVerification {
    func mayHaveIssued(_ tokens: UpstreamTokens) -> Bool {
        tokens.accessToken.unverifiedIssuer?.utf8.elementsEqual(settings.issuer.url.utf8) == true
    }

    func verify(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> UpstreamLogin {
        try await login(try await judge(tokens, at: now), tokens, .handedOver, at: now)
    }
}

extension CognitoConnector {
    /// Tokens of one subject, each fit for its use.
    struct Judged {
        let subject: String
        let access: VerifiedClaims
        let identity: VerifiedClaims?
    }

    /// Pools of one operator may share signing keys, so issuer and client have to tell their tokens apart.
    func judge(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> Judged {
        let access = try await verifier.verify(tokens.accessToken, at: now)
        let subject: String
        do throws(TokenFlaw) {
            try access.requireIssuer(settings.issuer.url)
            guard access.text("token_use") == "access" else { throw .tokenUse }
            // Access tokens of a pool carry no `aud`.
            guard access.text("client_id") == settings.client.id else { throw .audience }
            try access.requireTimes(at: now)
            subject = try access.subject()
        } catch {
            throw .untrusted(error)
        }
        guard let idToken = tokens.idToken else { return Judged(subject: subject, access: access, identity: nil) }
        let identity = try await verifier.verify(idToken, at: now)
        do throws(TokenFlaw) {
            try identity.requireIssuer(settings.issuer.url)
            guard identity.text("token_use") == "id" else { throw .tokenUse }
            try identity.requireAudience(settings.client.id)
            try identity.requireTimes(at: now)
            try identity.requireHash(of: tokens.accessToken)
            guard try identity.subject() == subject else { throw .subjectMismatch }
        } catch {
            throw .untrusted(error)
        }
        return Judged(subject: subject, access: access, identity: identity)
    }

    private func login(
        _ judged: Judged, _ tokens: UpstreamTokens, _ provenance: TokenProvenance, at now: Date
    ) async throws(ConnectorError) -> UpstreamLogin {
        var tokens = tokens
        tokens.expiresAt = tokens.expiresAt ?? judged.access.expiry
        tokens.holder = holder(of: judged)
        var said = judged.access.values
        if let identity = judged.identity { said.merge(identity.values) { _, new in new } }
        // An app client that may read no attributes gets ID tokens without them.
        if said["email"] == nil {
            said = try await completed(said, of: judged, with: tokens.accessToken, provenance, at: now)
        }
        said["groups"] = said["groups"] ?? said["cognito:groups"]
        said["preferred_username"] = said["preferred_username"] ?? said["cognito:username"] ?? said["username"]
        return UpstreamLogin(
            subject: judged.subject, claims: settings.claims.person(from: said), tokens: tokens,
            authenticatedAt: (judged.identity ?? judged.access).authenticatedAt(by: now),
            methods: (judged.identity ?? judged.access).methods,
            contextClass: (judged.identity ?? judged.access).text("acr"))
    }

    /// The name that `SECRET_HASH` is made with: the user name, which need not be the subject.
    private func holder(of judged: Judged) -> String? {
        guard settings.client.secret != nil, let name = judged.access.text("username"), name != judged.subject else {
            return nil
        }
        return name
    }

    /// What the tokens say and the pool's userinfo or API adds to it.
    ///
    /// Userinfo takes access tokens with the scope `openid`, as the pages issue them; the API those it issued itself.
    private func completed(
        _ said: [String: JSONValue], of judged: Judged, with accessToken: Secret, _ provenance: TokenProvenance,
        at now: Date
    ) async throws(ConnectorError) -> [String: JSONValue] {
        if let endpoint = try await userinfo(for: judged, at: now) {
            return try await Userinfo.fetch(
                from: endpoint, with: accessToken, provenance, about: judged.subject, transport: transport
            ).merged(over: said)
        }
        return said.merging(try await attributes(of: judged.subject, with: accessToken)) { _, new in new }
    }

    private func userinfo(for judged: Judged, at now: Date) async throws(ConnectorError) -> UpstreamEndpoint? {
        guard judged.access.text("scope")?.split(separator: " ").contains("openid") == true else { return nil }
        switch pages {
        case .none, .named: return settings.endpoints.userinfo
        case .discovered: return try await directory.endpoints(at: now).userinfo
        }
    }

    /// What the pool tells about the person beyond the tokens; nothing if the access token may not ask.
    private func attributes(
        of subject: String, with accessToken: Secret
    ) async throws(ConnectorError) -> [String: JSONValue] {
        switch attributes {
        case .fromTokensAlone: return [:]
        case .fromAPI: break
        }
        switch try await api.attributes(with: accessToken) {
        case .rejected(let rejection) where rejection.concernsScope: return [:]
        case .rejected(let rejection):
            guard rejection.meaning == .grantEnded else { throw failure(rejection) }
            throw .refused(code: rejection.name)
        case .accepted(let attributes):
            guard attributes["sub"]?.string == subject else { throw .untrusted(.subjectMismatch) }
            return attributes
        }
    }
}
