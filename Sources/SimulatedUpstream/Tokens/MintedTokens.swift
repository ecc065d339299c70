/// The tokens of one login, as they go over the wire.
package struct MintedTokens: Sendable, Hashable {
    package let accessToken: String
    package let idToken: String
    package let refreshToken: String
    /// Seconds until the access token ends.
    package let expiresIn: Int
}
