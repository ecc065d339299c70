package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One line of the trail: who, what, through which client and provider, from where, and how it ended.
///
/// It never holds a token, code, password, secret or query string.
package struct AuditEvent: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable, Codable {
        case authorizationInitiated = "authorization.initiated"
        case authorizationGranted = "authorization.granted"
        case authorizationDenied = "authorization.denied"
        case loginSucceeded = "login.succeeded"
        case loginFailed = "login.failed"
        case loginStaged = "login.staged"
        case consentGranted = "consent.granted"
        case deviceRequested = "device.requested"
        case deviceRefused = "device.refused"
        case tokenIssued = "token.issued"
        case tokenRefused = "token.refused"
        case tokenRefreshed = "token.refreshed"
        case tokenExchanged = "token.exchanged"
        case tokenRevoked = "token.revoked"
        case codeReplayed = "code.replayed"
        case refreshReplayed = "refresh.replayed"
        case grantRevoked = "grant.revoked"
        case vaultEnded = "vault.ended"
        case sessionEnded = "session.ended"
        case logoutDelivered = "logout.delivered"
        case logoutAbandoned = "logout.abandoned"
        case accountCreated = "account.created"
        case accountChanged = "account.changed"
        case accountSignedOut = "account.signed_out"
        case identityLinked = "identity.linked"
        case identityUnlinked = "identity.unlinked"
        case clientCreated = "client.created"
        case clientChanged = "client.changed"
        case clientDeleted = "client.deleted"
        case clientRefused = "client.refused"
        case statisticsRead = "statistics.read"
        case clientTokenCreated = "client_token.created"
        case clientTokenRevoked = "client_token.revoked"
        case keyCreated = "key.created"
        case keyScheduled = "key.scheduled"
        case keyRotated = "key.rotated"
        case keyRemoved = "key.removed"
        case masterKeyAdded = "master_key.added"
        case masterKeyRemoved = "master_key.removed"
        case trailSealed = "trail.sealed"
        case trailShortened = "trail.shortened"
    }

    package let kind: Kind
    package let at: Date
    package let ray: RayID?
    package var account: AccountID?
    package var client: ClientID?
    package var provider: ProviderID?
    package var grant: GrantID?
    /// The address of the peer, as far as trusted proxies tell it.
    package var address: String?
    /// Why, in a constant word such as `wrong_password`; nil where the kind says it all.
    package var reason: String?

    package init(
        _ kind: Kind, at: Date, ray: RayID?, account: AccountID? = nil, client: ClientID? = nil,
        provider: ProviderID? = nil, grant: GrantID? = nil, address: String? = nil, reason: String? = nil
    ) {
        self.kind = kind
        self.at = at
        self.ray = ray
        self.account = account
        self.client = client
        self.provider = provider
        self.grant = grant
        self.address = address
        self.reason = reason
    }
}

extension AuditEvent {
    /// That `grant` ended with what this event tells of.
    package func ending(_ grant: Grant) -> AuditEvent {
        AuditEvent(
            .grantRevoked, at: at, ray: ray, account: grant.login.accountID, client: grant.clientID,
            provider: grant.login.provider, grant: grant.id, address: address, reason: "session_ended")
    }
}
