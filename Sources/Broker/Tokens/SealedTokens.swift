import Connectors
import OAuth

/// What an access token of the `sealed` profile holds; its envelope's context is the client.
struct SealedAccessToken: Codable, Sendable {
    let grant: GrantID
    let account: AccountID
    let scope: Scope
    /// Seconds since 1970.
    let issuedAt: Int
    let expiresAt: Int
    let ray: RayID
    /// The upstream access token, which only this broker can take out again.
    let upstream: Secret?

    private enum CodingKeys: String, CodingKey {
        case grant = "g"
        case account = "a"
        case scope = "s"
        case issuedAt = "t"
        case expiresAt = "e"
        case ray = "y"
        case upstream = "u"
    }
}

/// What a refresh token holds, in either profile; its envelope's context is the client.
struct SealedRefreshToken: Codable, Sendable {
    let grant: GrantID
    /// Counts the refresh tokens of the grant from 0; the database knows which is the current one.
    let generation: Int
    /// The upstream refresh token, where the client's profile releases upstream tokens and the provider gave one.
    let upstream: Secret?

    private enum CodingKeys: String, CodingKey {
        case grant = "g"
        case generation = "n"
        case upstream = "u"
    }
}

/// What one refresh led to, kept sealed for the grace window so that every caller in it gets the same.
///
/// Its envelope's context is the grant.
struct RefreshSuccessor: Codable, Sendable {
    let refreshToken: Secret
    let upstream: UpstreamTokens?

    private enum CodingKeys: String, CodingKey {
        case refreshToken = "r"
        case upstream = "u"
    }
}
