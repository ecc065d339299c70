import FoundationEssentials
import OAuth

extension SimulatedProvider {
    /// Mints tokens as if `person` had just logged in, spoilt by `faults` beside those already injected.
    ///
    /// The refresh token and, for a client of the OpenID face, the access token are known to the provider afterwards.
    package func mintTokens(
        for person: SimulatedPerson, client: SimulatedClient, faults: Set<TokenFault> = [], nonce: String? = nil,
        scope: [String] = SimulatedProvider.apiScope
    ) throws -> MintedTokens {
        let login = Login(
            person: person, client: client, scope: scope, nonce: nonce, authenticatedAt: configuration.clock(),
            originID: uuid(), sessionID: nil)
        return try mintTokens(for: login, faults: faults)
    }

    /// What Cognito grants to a login through its API.
    package static let apiScope = ["aws.cognito.signin.user.admin"]

    func mintTokens(for login: Login, faults: Set<TokenFault> = []) throws -> MintedTokens {
        let refreshToken = handle(bytes: 96)
        let refresh = RefreshRecord(
            login: login, expiresAt: configuration.clock().addingTimeInterval(configuration.refreshTokenLifetime))
        withState { $0.refreshTokens[refreshToken] = refresh }
        let pair = try mintPair(for: login, faults: faults)
        return MintedTokens(
            accessToken: pair.access, idToken: pair.identity, refreshToken: refreshToken,
            expiresIn: Int(configuration.accessTokenLifetime))
    }

    func mintPair(for login: Login, faults: Set<TokenFault> = []) throws -> (access: String, identity: String) {
        let now = configuration.clock()
        var effective = TokenFaults(self.faults)
        effective.token.formUnion(faults)
        let claims = TokenClaims(
            login: login, issuer: issuer(of: login.client.face), now: now, lifetime: configuration.accessTokenLifetime,
            faults: effective.token, eventID: uuid())
        let access =
            switch login.client.face {
            case .pool: try sign(claims.access(tokenID: uuid()), .access, effective)
            case .openID: handle(bytes: 32)
            }
        let record = AccessRecord(login: login, expiresAt: now.addingTimeInterval(configuration.accessTokenLifetime))
        withState { $0.remember(access: access, record, now: now) }
        let identity = claims.identity(tokenID: uuid(), accessToken: access)
        return (access, try sign(identity, .identity, effective))
    }

    private func sign(_ claims: [String: JSONValue], _ kind: TokenKind, _ faults: TokenFaults) throws -> String {
        let key = keys.signing(kind, faults: faults.keySet)
        return try CompactJWS(claims: claims, key: key, stranger: keys.stranger, faults: faults).text
    }
}
