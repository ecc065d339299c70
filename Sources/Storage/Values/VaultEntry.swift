package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The upstream tokens of one identity as they rest: only sealed.
package struct VaultEntry: Hashable, Sendable {
    package let accountID: AccountID
    package let provider: ProviderID
    /// The upstream subject, which with `provider` names the identity.
    package let subject: String
    /// Access and ID token.
    package let sealedTokens: String
    /// The refresh token, where the provider gave one.
    package let sealedRefreshToken: String?
    package let leader: Leader
    /// When the access token came here.
    package let keptAt: Date

    /// Who led the login that brought the tokens.
    package enum Leader: String, Sendable, CaseIterable {
        case broker
        /// A login front end, whose own login they are too.
        case frontEnd = "front_end"
    }

    package init(
        accountID: AccountID, provider: ProviderID, subject: String, sealedTokens: String, sealedRefreshToken: String?,
        leader: Leader, keptAt: Date
    ) {
        self.accountID = accountID
        self.provider = provider
        self.subject = subject
        self.sealedTokens = sealedTokens
        self.sealedRefreshToken = sealedRefreshToken
        self.leader = leader
        self.keptAt = keptAt
    }
}
