import FoundationEssentials
import OAuth

/// An Amazon-Cognito-like user pool: tokens handed over by a front end, its API for refreshing, its pages if named.
struct CognitoConnector: Connector {
    let settings: UpstreamSettings
    let directory: ProviderDirectory
    let verifier: TokenVerifier
    let api: CognitoAPI
    let transport: any UpstreamTransport
    private let attributes: Attributes

    /// Where claims come from that the tokens lack: a login waits for the API only if the file names it.
    private enum Attributes: Sendable {
        case fromAPI
        case fromTokensAlone
    }

    /// Asks the pool nothing yet. Keys and API are where a pool has them unless the file says otherwise.
    init(_ settings: UpstreamSettings, transport: any UpstreamTransport) {
        attributes = settings.endpoints.api == nil ? .fromTokensAlone : .fromAPI
        let settings = settings.withPoolDefaults
        self.settings = settings
        self.transport = transport
        let directory = ProviderDirectory(settings, transport: transport)
        self.directory = directory
        verifier = TokenVerifier(settings, directory: directory, transport: transport)
        api = CognitoAPI(
            client: settings.client, endpoint: settings.endpoints.api ?? settings.issuer.replacingPath(with: "/"),
            transport: transport)
    }

    /// Nil without named pages: a pool's issuer does not lead to them, and it may have none.
    var redirectLogin: (any RedirectLogin)? {
        settings.endpoints.authorization != nil && settings.endpoints.token != nil ? self : nil
    }

    var tokenVerification: (any TokenVerification)? { self }
    var tokenRefresh: (any TokenRefresh)? { self }
    var tokenRevocation: (any TokenRevocation)? { self }
    /// Nil without pages: there is no session of the browser's to end.
    var upstreamLogout: (any UpstreamLogout)? {
        redirectLogin == nil && settings.endpoints.endSession == nil ? nil : self
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
        return try await login(judged, tokens, at: now)
    }
}

extension CognitoConnector: TokenVerification {
    func verify(_ tokens: UpstreamTokens, at now: Date) async throws(ConnectorError) -> UpstreamLogin {
        try await login(try await judge(tokens, at: now), tokens, at: now)
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
        _ judged: Judged, _ tokens: UpstreamTokens, at now: Date
    ) async throws(ConnectorError) -> UpstreamLogin {
        var tokens = tokens
        tokens.expiresAt = tokens.expiresAt ?? judged.access.expiry
        var said = judged.access.values
        if let identity = judged.identity { said.merge(identity.values) { _, new in new } }
        // An app client that may read no attributes gets ID tokens without them.
        if said["email"] == nil {
            said.merge(try await attributes(of: judged.subject, with: tokens.accessToken)) { _, new in new }
        }
        said["groups"] = said["groups"] ?? said["cognito:groups"]
        said["preferred_username"] = said["preferred_username"] ?? said["cognito:username"] ?? said["username"]
        return UpstreamLogin(
            subject: judged.subject, claims: settings.claims.person(from: said), tokens: tokens,
            authenticatedAt: (judged.identity ?? judged.access).authenticatedAt(by: now),
            methods: (judged.identity ?? judged.access).methods)
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
