#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Deletes what has expired.
package protocol Sweepable: Sendable {
    /// Deletes at most `limit` expired rows of each kind; the number deleted.
    func sweep(expiredBefore now: Date, limit: Int) async throws -> Int
}

/// Tells whether the database answers.
package protocol HealthChecked: Sendable {
    /// Throws if the database cannot be read.
    func checkHealth() async throws
}

/// Everything one database stores. Users of a part name that part's protocol, not this.
package typealias Store =
    AccountStore & AuditStore & AuthorizationStore & ClientStore & ConsentStore & DeviceStore & GrantStore
    & HealthChecked & IdentityStore & LastingSecretStore & LoginCountStore & LoginFailureStore & LogoutNoticeStore
    & RegistrationStore & SealedStore & SessionStore & SigningKeyStore & SingleUseStore & Sweepable
    & UpstreamSessionStore & VaultStore
