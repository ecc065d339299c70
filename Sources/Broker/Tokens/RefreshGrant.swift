import Connectors
import Logging
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The refresh token grant (RFC 6749 §6) with rotation, reuse detection and a grace window (RFC 9700 §4.14.2).
struct RefreshGrant: Sendable {
    let environment: BrokerEnvironment
    let minter: TokenMinter
    let policy: LoginPolicy
    let vault: Vault
    /// One refresh in flight per refresh token, and so one upstream refresh per grant: only the current one refreshes.
    private let flights = SingleFlight<Flight, RefreshSuccessor>()

    init(_ environment: BrokerEnvironment, _ vault: Vault) {
        self.environment = environment
        self.vault = vault
        minter = TokenMinter(environment)
        policy = LoginPolicy(providers: environment.providers)
    }

    static let invalid = OAuthError(.invalidGrant, "The refresh token is not valid.")

    private struct Flight: Hashable, Sendable {
        let grant: GrantID
        let generation: Int
    }

    /// Exchanges `text` for fresh tokens.
    @inline(never)
    func refresh(
        _ text: Secret, scope: Scope?, resources: [ResourceIndicator], client: Client, visit: Visit
    ) async throws -> TokenResponse {
        let attempt = RefreshAttempt(token: try open(text, client: client), client: client, visit: visit)
        let live = try await liveGrant(attempt)
        let scope = scope ?? live.grant.scope
        guard live.grant.scope.isSuperset(of: scope) else {
            throw OAuthError(.invalidScope, "The scope is wider than what was granted.")
        }
        guard resources.allSatisfy(live.grant.resources.contains) else { throw OAuthError.resourceNotGranted }
        let person = try await admitted(live, attempt)
        let successor = try await successor(of: attempt, in: live)
        return try response(attempt, live, successor, scope: scope, resources: resources, person: person)
    }

    @inline(never)
    private func response(
        _ attempt: RefreshAttempt, _ live: LiveGrant, _ successor: RefreshSuccessor, scope: Scope,
        resources: [ResourceIndicator], person: PersonClaims
    ) throws -> TokenResponse {
        let now = environment.clock.now
        var grant = live.grant
        grant.expiresAt = environment.lifetimes.grantEnd(created: grant.createdAt, used: now)
        return try minter.mint(
            TokenMinter.Order(
                client: attempt.client, grant: grant, scope: scope, resources: resources, person: person,
                ray: attempt.visit.ray, now: now),
            TokenMinter.Freight(
                carried: successor.upstream, delivered: successor.upstream ?? successor.vaulted),
            refreshToken: successor.refreshToken)
    }

    private func open(_ text: Secret, client: Client) throws -> SealedRefreshToken {
        let opened = try? environment.keyRing.open(
            text.reveal(), as: .refreshToken, reading: SealedRefreshToken.self)
        guard let opened, opened.context == client.id.rawValue else { throw Self.invalid }
        return opened.value
    }

    private func liveGrant(_ attempt: RefreshAttempt) async throws -> LiveGrant {
        let (standing, person) = try await environment.store.standingWithPerson(
            of: attempt.token.generation, in: attempt.token.grant, at: environment.clock.now,
            grace: environment.lifetimes.refreshGrace)
        switch standing {
        case .current(let grant):
            guard grant.clientID == attempt.client.id else { throw Self.invalid }
            return LiveGrant(grant: grant, person: person, sealedSuccessor: nil)
        case .superseded(let grant, let sealed):
            guard grant.clientID == attempt.client.id else { throw Self.invalid }
            return LiveGrant(grant: grant, person: person, sealedSuccessor: sealed)
        case .replayed(let grant):
            try await revoke(grant, .refreshReplayed, reason: "old_refresh_token", attempt)
            revokeUpstream(attempt.token.upstreamTokens, of: grant, attempt)
            throw Self.invalid
        case .ended:
            try await revokeUpstreamOfEndedGrant(attempt)
            throw Self.invalid
        }
    }

    /// Once a grant has ended its upstream tokens are known only here, where somebody still presents them.
    ///
    /// What a login front end handed over is its own login too, which a service's logout must not end.
    @inline(never)
    private func revokeUpstreamOfEndedGrant(_ attempt: RefreshAttempt) async throws {
        guard let tokens = attempt.token.upstreamTokens,
            let grant = try await environment.store.grant(attempt.token.grant),
            grant.clientID == attempt.client.id, grant.login.wasLedByBroker
        else { return }
        revokeUpstream(tokens, of: grant, attempt)
    }

    func revokeUpstream(_ tokens: UpstreamTokens?, of grant: Grant, _ attempt: RefreshAttempt) {
        guard let tokens else { return }
        environment.revocations.order(tokens, at: grant.login.provider, for: attempt.visit)
    }

    private func admitted(_ live: LiveGrant, _ attempt: RefreshAttempt) async throws -> PersonClaims {
        do throws(LoginPolicy.Denial) {
            return try policy.admit(live.person, of: live.grant, to: attempt.client).identity.claims
        } catch {
            throw try await refusal(error, live.grant, attempt)
        }
    }

    /// Only a disabled account ends the grant. A provider that is switched off, or whose file is gone or broken, may
    /// come back: its grants wait, and the client is told so rather than that it has lost them.
    @inline(never)
    func refusal(_ denial: LoginPolicy.Denial, _ grant: Grant, _ attempt: RefreshAttempt) async throws -> OAuthError {
        switch denial {
        case .providerDisabled, .unknownProvider:
            return OAuthError(.temporarilyUnavailable, "The provider is switched off at the moment.")
        case .providerNotAccepted, .notAdmitted: return Self.invalid
        case .accountDisabled:
            try await revoke(grant, .grantRevoked, reason: denial.rawValue, attempt)
            revokeUpstream(attempt.token.upstreamTokens, of: grant, attempt)
            return Self.invalid
        }
    }

    /// What this refresh leads to: the same for everybody who comes with the same token within the grace window.
    private func successor(of attempt: RefreshAttempt, in live: LiveGrant) async throws -> RefreshSuccessor {
        if let sealed = live.sealedSuccessor { return try open(successor: sealed, of: live.grant) }
        return try await flights.run(Flight(grant: live.grant.id, generation: attempt.token.generation)) {
            // The rotation itself is for the current one alone. What a provider is asked for before cannot be undone.
            guard asksUpstream(attempt, grant: live.grant) else { return try await rotate(attempt, live) }
            return try await rotateIfCurrent(attempt, live)
        }
    }

    func trail(of standing: RefreshStanding, _ attempt: RefreshAttempt, now: Date) -> [AuditEvent] {
        switch standing {
        case .current(let grant): [event(.tokenRefreshed, grant, at: now, reason: nil, attempt)]
        case .replayed(let grant): [event(.refreshReplayed, grant, at: now, reason: "old_refresh_token", attempt)]
        case .superseded, .ended: []
        }
    }

    func open(successor sealed: String, of grant: Grant) throws -> RefreshSuccessor {
        let opened = try environment.keyRing.open(sealed, as: .refreshSuccessor, reading: RefreshSuccessor.self)
        guard opened.context == grant.id.rawValue else { throw SealingFlaw.notAuthentic }
        return opened.value
    }

    @inline(never)
    func revoke(
        _ grant: Grant, _ kind: AuditEvent.Kind, reason: String, _ attempt: RefreshAttempt
    ) async throws {
        let now = environment.clock.now
        _ = try await environment.store.revokeGrant(
            grant.id, at: now, events: [event(kind, grant, at: now, reason: reason, attempt)])
    }

    private func event(
        _ kind: AuditEvent.Kind, _ grant: Grant, at now: Date, reason: String?, _ attempt: RefreshAttempt
    ) -> AuditEvent {
        AuditEvent(
            kind, at: now, ray: attempt.visit.ray, account: grant.login.accountID, client: attempt.client.id,
            provider: grant.login.provider, grant: grant.id, address: attempt.visit.address, reason: reason)
    }
}
