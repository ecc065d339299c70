import FoundationEssentials

/// The tokens that a service holds for one person.
struct TokenSet: Sendable {
    let accessToken: String
    let tokenType: String
    let expiresAt: Date?
    let refreshToken: String?
    let idToken: String?
    let scope: String?

    init(_ answer: TokenAnswer, receivedAt now: Date) {
        accessToken = answer.accessToken
        tokenType = answer.tokenType
        expiresAt = answer.expiresIn.map { now.addingTimeInterval($0) }
        refreshToken = answer.refreshToken
        idToken = answer.idToken
        scope = answer.scope
    }

    private init(
        accessToken: String, tokenType: String, expiresAt: Date?, refreshToken: String?, idToken: String?,
        scope: String?
    ) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.expiresAt = expiresAt
        self.refreshToken = refreshToken
        self.idToken = idToken
        self.scope = scope
    }

    /// These tokens where a refresh did not bring others (RFC 6749 §6).
    func refreshed(by newer: TokenSet) -> TokenSet {
        TokenSet(
            accessToken: newer.accessToken, tokenType: newer.tokenType, expiresAt: newer.expiresAt,
            refreshToken: newer.refreshToken ?? refreshToken, idToken: newer.idToken ?? idToken,
            scope: newer.scope ?? scope)
    }
}

/// The answer of the token endpoint (RFC 6749 §5.1).
struct TokenAnswer: Decodable, Sendable {
    let accessToken: String
    let tokenType: String
    /// Seconds.
    let expiresIn: Double?
    let refreshToken: String?
    let idToken: String?
    let scope: String?

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case refreshToken = "refresh_token"
        case idToken = "id_token"
        case scope
    }
}
