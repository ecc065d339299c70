package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A session at a provider, and the one here that a login in it began.
package struct UpstreamSession: Hashable, Sendable {
    package let provider: ProviderID
    /// The provider's name for it (`sid`).
    package let name: String
    package let subject: String
    package let accountID: AccountID
    /// The session here.
    package let sessionName: String
    /// When nothing that began in it can be alive any more.
    package let expiresAt: Date

    package init(
        provider: ProviderID, name: String, subject: String, accountID: AccountID, sessionName: String,
        expiresAt: Date
    ) {
        self.provider = provider
        self.name = name
        self.subject = subject
        self.accountID = accountID
        self.sessionName = sessionName
        self.expiresAt = expiresAt
    }
}

/// What a provider says has ended there (OIDC Back-Channel Logout).
package struct UpstreamEnding: Sendable {
    package enum Reach: Sendable, Hashable {
        /// One session there; of this subject, where the provider says whose.
        case session(String, subject: String?)
        /// All of a subject's.
        case person(String)
    }

    package let provider: ProviderID
    package let reach: Reach
    /// Names the provider's message, which counts once.
    package let message: HandleDigest
    /// Until when the message is remembered.
    package let rememberedUntil: Date
    /// What to record of an account that something ends of.
    package let event: @Sendable (AccountID) -> AuditEvent

    package init(
        provider: ProviderID, reach: Reach, message: HandleDigest, rememberedUntil: Date,
        event: @escaping @Sendable (AccountID) -> AuditEvent
    ) {
        self.provider = provider
        self.reach = reach
        self.message = message
        self.rememberedUntil = rememberedUntil
        self.event = event
    }

    /// What came of it.
    package enum Outcome: Sendable, Hashable {
        /// The message was seen before; nothing happened.
        case replayed
        /// What these accounts had begun there has ended; none where nothing had been.
        case ended(Set<AccountID>)
    }
}
