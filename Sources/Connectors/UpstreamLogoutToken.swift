#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What a provider's logout token says, once it is known to be the provider's (OIDC Back-Channel Logout §2.4).
package struct UpstreamLogoutToken: Sendable, Hashable {
    /// What has ended there.
    package enum Reach: Sendable, Hashable {
        /// One session (`sid`); of this person, where the token says whose.
        case session(String, subject: String?)
        /// All sessions of one person.
        case person(String)
    }

    package let reach: Reach
    /// `jti`.
    package let tokenID: String
    /// When the token counts no longer, however little its clock and ours agree.
    package let endsAt: Date

    package init(reach: Reach, tokenID: String, endsAt: Date) {
        self.reach = reach
        self.tokenID = tokenID
        self.endsAt = endsAt
    }
}
