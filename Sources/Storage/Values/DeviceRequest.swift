package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A device that waits to be let in (RFC 8628 §3.2), its codes stored by hash.
package struct DeviceRequest: Hashable, Sendable {
    /// Of the device code.
    package let digest: HandleDigest
    package let userCode: HandleDigest
    package let clientID: ClientID
    package let scope: Scope
    /// Seconds the device has to leave between two questions.
    package let interval: Int
    package let expiresAt: Date
    package let status: Status

    package enum Status: String, Hashable, Sendable, CaseIterable {
        /// Nobody has decided yet.
        case pending
        case allowed
        case denied
        /// Its grant was made.
        case redeemed
    }

    package init(
        digest: HandleDigest, userCode: HandleDigest, clientID: ClientID, scope: Scope, interval: Int, expiresAt: Date,
        status: Status = .pending
    ) {
        self.digest = digest
        self.userCode = userCode
        self.clientID = clientID
        self.scope = scope
        self.interval = interval
        self.expiresAt = expiresAt
        self.status = status
    }
}

/// What the person allowed who let a device in.
package struct DeviceApproval: Hashable, Sendable {
    package let login: Login
    /// What was asked for, or less.
    package let scope: Scope
    /// The upstream tokens, sealed; gone once the device has its grant.
    package let sealedTokens: String?

    package init(login: Login, scope: Scope, sealedTokens: String?) {
        self.login = login
        self.scope = scope
        self.sealedTokens = sealedTokens
    }
}
