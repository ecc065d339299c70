import Connectors
import OAuth
import Storage

/// A token of this broker as somebody presents it: its seal or signature is right, and nothing else is known yet.
enum PresentedToken: Sendable {
    case access(AccessToken)
    case refresh(SealedRefreshToken, client: ClientID)
    /// An ID token: it tells a client who logged in, and opens nothing.
    case identity

    /// What an access token says, whichever profile it is of.
    struct AccessToken: Sendable {
        let holder: TokenHolder
        let client: ClientID
        let scope: Scope
        /// The resources it is for; empty for this broker alone.
        let resources: [String]
        /// Seconds since 1970.
        let issuedAt: Int
        let expiresAt: Int
        /// `jti`, where the token has one.
        let tokenID: String?
        /// The request in which it was made.
        let ray: String
        /// The token inside a sealed one.
        let upstream: Secret?
    }
}

/// Tells what a token is. Expiry and grant are the caller's to judge.
struct TokenReader: Sendable {
    private let environment: BrokerEnvironment

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
    }

    /// What `token` is; nil if it is none of this broker's, or not one that clients hold.
    func read(_ token: Secret) -> PresentedToken? {
        if let token = accessToken(token) { return .access(token) }
        if isSigned(token) {
            let hint = environment.signingKeys.idTokenHint(of: token)
            return hint?.issuer == environment.issuer.value ? .identity : nil
        }
        let opened = try? environment.keyRing.open(token.reveal(), as: .refreshToken, reading: SealedRefreshToken.self)
        return opened.map { .refresh($0.value, client: ClientID(rawValue: $0.context)) }
    }

    /// What `token` says; nil if it is no access token of this broker's.
    func accessToken(_ token: Secret) -> PresentedToken.AccessToken? {
        isSigned(token) ? signedAccessToken(token) : sealedAccessToken(token)
    }

    /// No envelope holds a dot, and every JWS does.
    private func isSigned(_ token: Secret) -> Bool {
        let text = token.reveal()
        return text.utf8.span.contains(UInt8(ascii: "."))
    }

    private func sealedAccessToken(_ token: Secret) -> PresentedToken.AccessToken? {
        let opened = try? environment.keyRing.open(token.reveal(), as: .accessToken, reading: SealedAccessToken.self)
        guard let opened else { return nil }
        let content = opened.value
        return PresentedToken.AccessToken(
            holder: content.holder, client: ClientID(rawValue: opened.context), scope: content.scope,
            resources: content.resources, issuedAt: content.issuedAt, expiresAt: content.expiresAt, tokenID: nil,
            ray: content.ray.description, upstream: content.upstream)
    }

    private func holder(of claims: AccessTokenClaims) -> TokenHolder {
        guard let grant = claims.grantID else { return .service(tokenID: claims.tokenID) }
        let id = GrantID(rawValue: grant)
        guard !claims.actors.isEmpty else { return .person(id) }
        return .delegate(
            id, Delegation(actors: claims.actors.map(ClientID.init(rawValue:)), tokenID: claims.tokenID))
    }

    private func signedAccessToken(_ token: Secret) -> PresentedToken.AccessToken? {
        guard let claims = environment.signingKeys.accessTokenClaims(of: token),
            claims.issuer == environment.issuer.value,
            let scope = Scope(parsing: claims.scope)
        else { return nil }
        return PresentedToken.AccessToken(
            holder: holder(of: claims), client: ClientID(rawValue: claims.clientID), scope: scope,
            resources: claims.audience.filter { $0 != environment.issuer.value }, issuedAt: claims.issuedAt,
            expiresAt: claims.expiresAt, tokenID: claims.tokenID, ray: claims.rayID, upstream: nil)
    }
}
