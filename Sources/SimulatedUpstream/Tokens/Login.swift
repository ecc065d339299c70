import FoundationEssentials

/// One completed login of one person at one client: what all of its tokens have in common.
struct Login: Sendable {
    let person: SimulatedPerson
    let client: SimulatedClient
    let scope: [String]
    let nonce: String?
    let authenticatedAt: Date
    /// `origin_jti`: names the login in every token that comes of it, also after refreshing.
    let originID: String
    let sessionID: String?
}
