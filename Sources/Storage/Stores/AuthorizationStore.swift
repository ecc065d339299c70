package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Authorization requests on their way: references, staged logins, codes.
package protocol AuthorizationStore: Sendable {
    /// Keeps a sealed authorization request that is too long for a URL; false, and nothing kept, while 10,000 are:
    /// nobody has logged in yet, so this must not grow without bound.
    func keepRequest(_ sealed: String, as reference: HandleDigest, until expiry: Date) async throws -> Bool

    /// The sealed request kept under `reference`; nil once it has expired.
    func keptRequest(_ reference: HandleDigest, at now: Date) async throws -> String?

    /// Attaches `login` to the request of payload `original`, at most once ever: `original` and, where it differs,
    /// `login.payloadID` are used up by this. False, and nothing recorded, if `original` was staged before.
    func stage(_ login: StagedLogin, for original: PayloadID, events: [AuditEvent]) async throws -> Bool

    /// What was staged for `payload`.
    func staged(_ payload: PayloadID, at now: Date) async throws -> Staging

    /// Stores `code` and uses up the payload in the same transaction; stores nothing and answers false if it was used up
    /// before, or its staged login has expired. `consent` is added to what was allowed before.
    func issue(
        _ code: IssuedCode, consuming payload: PayloadUse, consent: RememberedConsent?, at now: Date,
        events: [AuditEvent]
    ) async throws -> Bool

    /// Uses up a payload that comes to nothing; false, and nothing recorded, if it was used up before.
    func useUp(_ payload: PayloadUse, at now: Date, events: [AuditEvent]) async throws -> Bool

    /// Uses up the code at most once ever (RFC 6749 §4.1.2).
    ///
    /// The first to come has it judged by `judge`, inside the transaction: a grant returned is stored, a refusal burns
    /// the code. A grant is counted as a login to its client. The sealed upstream tokens are deleted either way. Whoever comes later revokes the grant (RFC 9700 §2.1.1).
    /// The grant makes its account's oldest at that client give way where they would be more than `limit` says; nil sets
    /// no bound. `events` are recorded with the outcome.
    func redeem(
        _ code: HandleDigest, at now: Date, limit: GrantLimit?,
        judge: @escaping @Sendable (IssuedCode) -> Result<Grant, OAuthError>,
        events: @escaping @Sendable (CodeRedemption) -> [AuditEvent]
    ) async throws -> CodeRedemption
}

/// Which payload a step uses up.
package enum PayloadUse: Hashable, Sendable {
    /// None: the request was answered before it ever travelled.
    case nothing
    /// One that a session answers; it would expire by itself at `expiry`.
    case travelled(PayloadID, expiry: Date)
    /// One that a login is staged for.
    case staged(PayloadID)
}

/// What is attached to a payload.
package enum Staging: Hashable, Sendable {
    /// Nobody has logged in for it yet.
    case nothing
    case login(StagedLogin)
    /// The code was issued already, another payload took this one's place, or the staged login has expired.
    case usedUp
}

/// How an attempt to redeem a code ended.
package indirect enum CodeRedemption: Sendable {
    /// With the person the grant is of, as they stood in the transaction that stored it; nil if nobody is linked.
    case granted(Grant, IssuedCode, Person?)
    case refused(OAuthError, IssuedCode)
    /// The session it was issued in has been ended since.
    case sessionEnded(IssuedCode)
    /// It had been used; its grant, if one came of it, is revoked now.
    case replayed(IssuedCode)
    case expired(IssuedCode)
    case unknown
}

/// What an account allows a client, so that it is not asked again.
package struct RememberedConsent: Hashable, Sendable {
    package let accountID: AccountID
    package let clientID: ClientID
    package let scope: Scope
    /// Those that were asked for one by one.
    package let claims: [String]
    package let grantedAt: Date

    package init(
        accountID: AccountID, clientID: ClientID, scope: Scope, claims: [String] = [], grantedAt: Date
    ) {
        self.accountID = accountID
        self.clientID = clientID
        self.scope = scope
        self.claims = claims
        self.grantedAt = grantedAt
    }
}
