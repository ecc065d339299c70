package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The browser sessions.
package protocol SessionStore: Sendable {
    /// Begins `session`, and ends the one it replaces in the same transaction.
    func begin(_ session: Session, replacing old: HandleDigest?, events: [AuditEvent]) async throws

    /// The live session of that cookie whose account is active; its last-seen time is moved forward now and then.
    func session(_ digest: HandleDigest, at now: Date) async throws -> Session?

    /// Ends the session; nil if there was none.
    func endSession(_ digest: HandleDigest, events: [AuditEvent]) async throws -> Session?
}

/// Counts failed logins, by keys that name an account or an address.
package protocol LoginFailureStore: Sendable {
    /// The failures of each key, zero ones left out.
    func failures(of keys: [String]) async throws -> [String: LoginFailures]

    /// Adds one failure to each of `keys` at once. Counting starts anew where the last failure is older than `window` seconds.
    func recordFailure(of keys: [String], at now: Date, window: Int, event: AuditEvent) async throws

    /// Forgets the failures of `keys`.
    func clearFailures(of keys: [String]) async throws
}

/// How often and when last a login failed.
package struct LoginFailures: Hashable, Sendable {
    package let count: Int
    package let lastAt: Date

    package init(count: Int, lastAt: Date) {
        self.count = count
        self.lastAt = lastAt
    }
}
