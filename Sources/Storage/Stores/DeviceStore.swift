package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Devices that wait to be let in, and what people decide about them (RFC 8628).
package protocol DeviceStore: Sendable {
    /// Keeps `request`; false, and nothing recorded, while `limit` says that enough are waiting, or if its user code is
    /// another's.
    func keepDevice(
        _ request: DeviceRequest, within limit: DeviceLimit, at now: Date, events: [AuditEvent]
    ) async throws -> Bool

    /// The request of a device code, whatever its status and age.
    func device(_ code: HandleDigest) async throws -> DeviceRequest?

    /// The request that waits under a user code: nobody has decided, and it has not expired.
    func waitingDevice(userCode: HandleDigest, at now: Date) async throws -> DeviceRequest?

    /// Makes the device leave `seconds` more between two questions, unless it leaves `most` already.
    func slowDownDevice(_ code: HandleDigest, by seconds: Int, atMost most: Int) async throws

    /// Decides about the request of a user code at most once, using up the payload that the decision came by, and records
    /// `events`; anything but `.decided` leaves the request as it was and records nothing. `session` names the session of
    /// the browser that decides: one that has ended decides nothing, and what a provider ends of it ends the device's
    /// grant too.
    func decideDevice(
        _ decision: DeviceDecision, userCode: HandleDigest, client: ClientID, session: String?,
        consuming payload: PayloadUse, at now: Date, events: [AuditEvent]
    ) async throws -> DeviceDecisionOutcome

    /// Turns an allowed request of `client` into the grant that `make` says, at most once ever; its upstream tokens are
    /// deleted here by that. Counts and limits the grant as ``AuthorizationStore`` does that of a code, and records
    /// `events`. Nil, and nothing happens, if the request is not allowed, has expired, or is another client's.
    func redeemDevice(
        _ code: HandleDigest, of client: ClientID, at now: Date, limit: GrantLimit?,
        make: @escaping @Sendable (DeviceApproval) -> Grant,
        events: @escaping @Sendable (Grant) -> [AuditEvent]
    ) async throws -> DeviceRedemption?
}

/// How many requests may wait at a time.
package struct DeviceLimit: Hashable, Sendable {
    package let total: Int
    /// Of one client, so that a flood in one's name leaves room for the others.
    package let perClient: Int

    package init(total: Int, perClient: Int) {
        self.total = total
        self.perClient = perClient
    }
}

package enum DeviceDecision: Hashable, Sendable {
    case allow(DeviceApproval)
    case deny
}

package enum DeviceDecisionOutcome: Hashable, Sendable {
    case decided
    /// The payload was used up before.
    case alreadyUsed
    /// It has expired, somebody else has decided, or it never was this client's.
    case gone
}

/// A device that has its grant.
package struct DeviceRedemption: Sendable {
    package let grant: Grant
    package let approval: DeviceApproval
    /// The person the grant is of, as they stood in the transaction that stored it; nil if nobody is linked.
    package let person: Person?

    package init(grant: Grant, approval: DeviceApproval, person: Person?) {
        self.grant = grant
        self.approval = approval
        self.person = person
    }
}
