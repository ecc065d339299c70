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

    /// The clients that were granted something in the session called `name`, by id.
    func clients(inSession name: String, of account: AccountID) async throws -> [ClientID]

    /// Ends the session with the grants that began in it, but for those with `offline_access`, and tells its clients;
    /// nil, and nothing happens, if there was none.
    ///
    /// `event` is recorded, and after it one for each grant that ended. A code of the session that is still under way
    /// comes to nothing.
    func endSession(_ digest: HandleDigest, event: AuditEvent) async throws -> EndedSession?
}

/// Counts failed logins, by keys that name an account or an address.
package protocol LoginFailureStore: Sendable {
    /// Asks `wait` what the counts so far cost, and counts one attempt of each key if that is nothing.
    ///
    /// Both in one transaction, so that attempts made all at once cannot outrun the count. Answers the seconds to
    /// wait; 0 if the attempt was counted. Counting starts anew where the last attempt is older than `window` seconds.
    func countAttempt(
        of keys: [String], at now: Date, window: Int, wait: @escaping @Sendable ([String: LoginFailures]) -> Int
    ) async throws -> Int

    /// Forgets the counts of `cleared`, and takes one attempt off each of `forgiven`: a success is no failure.
    func settleAttempt(cleared: [String], forgiven: [String]) async throws
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
