package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Grants and the generations of their refresh tokens.
package protocol GrantStore: Sendable {
    /// The grant named `id`, whatever its status.
    func grant(_ id: GrantID) async throws -> Grant?

    /// The grant named `id`, with the client and the person it is of.
    func heldGrant(_ id: GrantID) async throws -> HeldGrant?

    /// Where the refresh token of `generation` stands at `now`, without changing anything.
    func standing(
        of generation: Int, in grant: GrantID, at now: Date, grace: Int
    ) async throws -> RefreshStanding

    /// The same with the person the grant is of, both as they stood at one moment.
    func standingWithPerson(
        of generation: Int, in grant: GrantID, at now: Date, grace: Int
    ) async throws -> (RefreshStanding, Person?)

    /// Moves the grant from `generation` to the next at most once, keeping `sealedSuccessor` for the grace window; the
    /// grant then ends at `expiry`, unless it moves on again.
    ///
    /// An older generation than the immediate predecessor, or the predecessor after `grace` seconds, revokes the grant.
    /// A generation that was never issued ends nothing and is answered with `.ended`. `events` are recorded with the
    /// outcome.
    func rotate(
        _ grant: GrantID, from generation: Int, sealedSuccessor: String, at now: Date, grace: Int,
        until expiry: Date, events: @escaping @Sendable (RefreshStanding) -> [AuditEvent]
    ) async throws -> RefreshStanding

    /// Ends the grant and records `events`; false, and nothing recorded, if it was revoked before or never there.
    func revokeGrant(_ id: GrantID, at now: Date, events: [AuditEvent]) async throws -> Bool
}

/// A grant and whose it is, all as they stood at one moment.
package struct HeldGrant: Hashable, Sendable {
    package let grant: Grant
    /// Nil if it is no longer registered.
    package let client: Client?
    /// Nil if the identity is no longer linked.
    package let person: Person?

    package init(grant: Grant, client: Client?, person: Person?) {
        self.grant = grant
        self.client = client
        self.person = person
    }
}

/// Where a presented refresh token stands in its grant.
package indirect enum RefreshStanding: Hashable, Sendable {
    /// The token is (or, from `rotate`, was until now) the current one; the grant is as it stands afterwards.
    case current(Grant)
    /// The immediate predecessor within the grace window: its sealed successor is the answer.
    case superseded(Grant, sealedSuccessor: String)
    /// Used again after its time: the grant is to be revoked, and from `rotate` is.
    case replayed(Grant)
    /// Revoked, expired, or never there.
    case ended
}

/// What accounts have allowed clients.
package protocol ConsentStore: Sendable {
    /// The scope that `account` has allowed `client` so far; empty if none.
    func consentedScope(account: AccountID, client: ClientID) async throws -> Scope

    /// The claims that `account` has allowed `client` one by one so far.
    func consentedClaims(account: AccountID, client: ClientID) async throws -> [String]
}
