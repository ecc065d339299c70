import GRDB

/// One step of the schema, in words of its own: it describes the past and names no Swift type.
///
/// A step that has shipped is never edited; a change is a new step at the end of ``all``.
struct Migration: Sendable {
    /// The `user_version` of a database that has this step; one more than that of the step before.
    let version: Int
    let sql: String
    /// What SQL alone cannot do, after ``sql``.
    var completion: (@Sendable (Database) throws -> Void)?

    static let all = [
        firstSchema, verifiedEmail, sessionIDToken, introspection, chainedTrail, clientKeys, pairwiseSubjects,
        upstreamTokenKeys, keySchedule, grantOwners, loginCounts, logoutNotices, vault, resources, deviceRequests,
        frontChannelLogout, requestedClaims, registration, upstreamSessions, stagedAccounts,
        quickLookups,
    ]

    /// What `user_version` says once every step is taken.
    static var newestVersion: Int { all.last?.version ?? 0 }

    /// `DRBG`: tells Drawbridge's database from any other (PRAGMA application_id).
    static let applicationID = 0x4452_4247
}
