package import OAuth

/// As whom to ask Facebook, and which version of its Graph API.
package struct FacebookSettings: Sendable, Hashable {
    /// The app's id.
    package let appID: String
    package let secret: Secret
    package let authorization: UpstreamEndpoint
    package let token: UpstreamEndpoint
    /// The Graph API with its version.
    package let graph: UpstreamEndpoint
    package let scope: Scope
    package let claims: ClaimMapping

    var client: UpstreamClient { UpstreamClient(id: appID, authentication: .post(secret)) }
}
