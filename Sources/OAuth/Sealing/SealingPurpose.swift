/// What an envelope is for. Each purpose has keys of its own, so an envelope of one never opens as another.
///
/// The raw value is part of the key derivation: changing one makes every envelope of that purpose unreadable.
package enum SealingPurpose: String, Sendable, CaseIterable {
    /// A validated authorization request on its way through the browser.
    case payload
    /// The `state` sent to an upstream provider.
    case upstreamState = "upstream-state"
    /// The claims and tokens of an upstream login, until the code is redeemed.
    case stagedLogin = "staged-login"
    /// An access token of the `sealed` profile.
    case accessToken = "access-token"
    /// A refresh token of the `sealed` profile.
    case refreshToken = "refresh-token"
    /// The successor of a rotated refresh token, kept for the grace window.
    case refreshSuccessor = "refresh-successor"
    /// A private signing key at rest.
    case signingKey = "signing-key"
    /// What the names that only one sector knows are made with.
    case pairwiseSecret = "pairwise-secret"
    /// What vouches for the trail up to one of its events.
    case trailSeal = "trail-seal"
    /// A provider's ID token, kept with the session for the provider's logout.
    case upstreamIDToken = "upstream-id-token"
    /// Where a browser goes on when it comes back from a provider's logout.
    case logoutReturn = "logout-return"
    /// The token that proves a form came from a page of ours.
    case formToken = "form-token"
    /// What shows that the person at an account page has just logged in at a provider as well.
    case linkProof = "link-proof"
    /// The key to which a client has its upstream tokens encrypted.
    case clientKey = "client-key"
    /// Where the next page of a list begins.
    case pageCursor = "page-cursor"
    /// Upstream tokens that are kept for later.
    case vault
}
