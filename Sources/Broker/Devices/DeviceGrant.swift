import Connectors
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The device code grant (RFC 8628 §3.4): a device asks whether somebody has let it in.
struct DeviceGrant: Sendable {
    private let environment: BrokerEnvironment
    private let codes: CodeGrant
    private let polls: PollTimes

    /// What each question that comes too early adds to the seconds between two, and where that ends (§3.5).
    private static let slowing = 5
    private static let longestInterval = 60

    init(_ environment: BrokerEnvironment, _ codes: CodeGrant) {
        self.environment = environment
        self.codes = codes
        polls = PollTimes(capacity: environment.limits.waitingDevices * 2)
    }

    private static let invalid = OAuthError(.invalidGrant, "The device code is not valid.")

    /// Answers a question. Of many at once the store's `redeemDevice` lets one through.
    ///
    /// A code that is used again ends nothing, other than one that travelled through a browser: only its own device has it,
    /// and devices do ask twice.
    @inline(never)
    func answer(_ code: Secret, client: Client, visit: Visit) async throws -> TokenResponse {
        let digest = HandleDigest(of: code)
        let now = environment.clock.now
        guard let request = try await environment.store.device(digest), request.clientID == client.id else {
            throw Self.invalid
        }
        guard now < request.expiresAt else {
            polls.forget(digest)
            throw OAuthError(.expiredToken, "The device code has expired.")
        }
        switch request.status {
        case .pending:
            throw try await patience(request, at: now)
        case .denied:
            polls.forget(digest)
            throw OAuthError(.accessDenied, "The person did not let the device in.")
        case .redeemed:
            throw Self.invalid
        case .allowed:
            polls.forget(digest)
            return try await redeem(digest, client: client, now: now, visit: visit)
        }
    }

    /// Nobody has decided: the device is to ask again, and later if it asks too often.
    private func patience(_ request: DeviceRequest, at now: Date) async throws -> OAuthError {
        guard polls.isEarly(request.digest, at: now, interval: request.interval) else {
            return OAuthError(.authorizationPending, "Nobody has let the device in yet.")
        }
        if request.interval < Self.longestInterval {
            try await environment.store.slowDownDevice(
                request.digest, by: Self.slowing, atMost: Self.longestInterval)
        }
        return OAuthError(.slowDown, "The device asks too often: five seconds more between two questions.")
    }

    private func redeem(
        _ digest: HandleDigest, client: Client, now: Date, visit: Visit
    ) async throws -> TokenResponse {
        let end = environment.lifetimes.grantEnd(created: now, used: now)
        let redemption = try await environment.store.redeemDevice(
            digest, of: client.id, at: now, limit: environment.grantLimit(for: client, at: now, visit: visit),
            make: { approval in
                Grant(
                    id: GrantID(ofCode: digest), clientID: client.id, scope: approval.scope, login: approval.login,
                    createdAt: now, expiresAt: end)
            },
            events: { grant in
                [
                    AuditEvent(
                        .tokenIssued, at: now, ray: visit.ray, account: grant.login.accountID, client: client.id,
                        provider: grant.login.provider, grant: grant.id, address: visit.address,
                        reason: "device_code")
                ]
            })
        guard let redemption else { throw Self.invalid }
        let upstream = try codes.upstreamTokens(in: redemption.approval.sealedTokens, client: client)
        let grant = redemption.grant
        let person: PersonClaims
        do {
            // Once more: since the person let the device in, their provider or account may have been switched off.
            person = try await codes.admitted(redemption.person, grant: grant, client: client, visit: visit)
        } catch let refusal as OAuthError {
            if let upstream, grant.login.wasLedByBroker {
                environment.revocations.order(upstream, at: grant.login.provider, for: visit)
            }
            throw refusal
        }
        return try await codes.answer(
            TokenMinter.Order(client: client, grant: grant, person: person, ray: visit.ray, now: now),
            upstream: upstream)
    }
}
