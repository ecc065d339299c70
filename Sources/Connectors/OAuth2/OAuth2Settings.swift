package import OAuth

/// How to reach a provider that speaks OAuth 2.0 and nothing on top, and as whom.
package struct OAuth2Settings: Sendable, Hashable {
    package let client: UpstreamClient
    package let authorization: UpstreamEndpoint
    package let token: UpstreamEndpoint
    /// Where the provider tells whom a token is about.
    package let user: UpstreamEndpoint
    /// Where tokens are revoked (RFC 7009), if they can be.
    package let revocation: UpstreamEndpoint?
    /// What the provider calls itself in its answers (RFC 9207), if it does.
    package let issuer: String?
    /// May be empty: there is no scope that every provider knows.
    package let scope: Scope
    package let proofKey: ProofKey
    /// Where the person's id is in what the user endpoint says.
    package let subject: ClaimPath
    package let claims: ClaimMapping
}
