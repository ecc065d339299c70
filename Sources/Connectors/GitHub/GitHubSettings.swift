package import OAuth

/// How to reach github.com or a GitHub Enterprise Server, as whom, and whom of its people to let in.
package struct GitHubSettings: Sendable, Hashable {
    package let client: UpstreamClient
    package let authorization: UpstreamEndpoint
    package let token: UpstreamEndpoint
    package let api: UpstreamEndpoint
    /// What it calls itself in its answers, since 2026 (RFC 9207).
    package let issuer: String
    package let scope: Scope
    package let membership: GitHubMembership
    package let addresses: GitHubAddresses
    package let claims: ClaimMapping
}

/// What is made of the e-mail addresses of GitHub's people.
package enum GitHubAddresses: Sendable, Hashable {
    /// github.com: the primary address, if its owner has shown that it is theirs.
    case verifiedThere
    /// Enterprise Server marks addresses without having tried them: the primary one, unverified.
    case unverified
    /// Enterprise Server whose operator vouches for the addresses, since they come from a directory.
    case vouchedFor
}
