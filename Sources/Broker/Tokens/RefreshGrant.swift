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
    private let environment: BrokerEnvironment
    private let minter: TokenMinter
    private let policy: LoginPolicy
    private let vault: Vault
    /// One refresh in flight per refresh token, and so one upstream refresh per grant: only the current one refreshes.
    private let flights = SingleFlight<Flight, RefreshSuccessor>()

    init(_ environment: BrokerEnvironment, _ vault: Vault) {
        self.environment = environment
        self.vault = vault
        minter = TokenMinter(environment)
        policy = LoginPolicy(providers: environment.providers)
    }

    private static let invalid = OAuthError(.invalidGrant, "The refresh token is not valid.")

    private static let unreachable = OAuthError(
        .temporarilyUnavailable, "The provider cannot be reached. Try again.")

    private struct Flight: Hashable, Sendable {
        let grant: GrantID
        let generation: Int
    }

    /// What one refresh works with.
    private struct Attempt: Sendable {
        let token: SealedRefreshToken
        let client: Client
        let visit: Visit
    }

    /// Exchanges `text` for fresh tokens.
    @inline(never)
    func refresh(
        _ text: Secret, scope: Scope?, resources: [ResourceIndicator], client: Client, visit: Visit
    ) async throws -> TokenResponse {
        let attempt = Attempt(token: try open(text, client: client), client: client, visit: visit)
        let live = try await liveGrant(attempt)
        var grant = live.grant
        let scope = scope ?? grant.scope
        guard grant.scope.isSuperset(of: scope) else {
            throw OAuthError(.invalidScope, "The scope is wider than what was granted.")
        }
        guard resources.allSatisfy(grant.resources.contains) else { throw OAuthError.resourceNotGranted }
        let person = try await admitted(live.person, of: grant, attempt)
        let successor = try await successor(of: attempt, in: live)
        let now = environment.clock.now
        grant.expiresAt = environment.lifetimes.grantEnd(created: grant.createdAt, used: now)
        return try minter.mint(
            TokenMinter.Order(
                client: client, grant: grant, scope: scope, resources: resources, person: person, ray: visit.ray,
                now: now),
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

    /// A grant that goes on, and what its refresh token has been exchanged for already, within the grace window.
    private struct LiveGrant: Sendable {
        let grant: Grant
        let person: Person?
        let sealedSuccessor: String?
    }

    private func liveGrant(_ attempt: Attempt) async throws -> LiveGrant {
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
    private func revokeUpstreamOfEndedGrant(_ attempt: Attempt) async throws {
        guard let tokens = attempt.token.upstreamTokens,
            let grant = try await environment.store.grant(attempt.token.grant),
            grant.clientID == attempt.client.id, grant.login.wasLedByBroker
        else { return }
        revokeUpstream(tokens, of: grant, attempt)
    }

    private func revokeUpstream(_ tokens: UpstreamTokens?, of grant: Grant, _ attempt: Attempt) {
        guard let tokens else { return }
        environment.revocations.order(tokens, at: grant.login.provider, for: attempt.visit)
    }

    private func admitted(_ person: Person?, of grant: Grant, _ attempt: Attempt) async throws -> PersonClaims {
        do throws(LoginPolicy.Denial) {
            return try policy.admit(person, of: grant, to: attempt.client).identity.claims
        } catch {
            throw try await refusal(error, grant, attempt)
        }
    }

    /// Only a disabled account ends the grant. A provider that is switched off, or whose file is gone or broken, may
    /// come back: its grants wait, and the client is told so rather than that it has lost them.
    @inline(never)
    private func refusal(_ denial: LoginPolicy.Denial, _ grant: Grant, _ attempt: Attempt) async throws -> OAuthError {
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
    private func successor(of attempt: Attempt, in live: LiveGrant) async throws -> RefreshSuccessor {
        let grant = live.grant
        if let sealed = live.sealedSuccessor { return try open(successor: sealed, of: grant) }
        return try await flights.run(Flight(grant: grant.id, generation: attempt.token.generation)) {
            // The rotation itself is for the current one alone. What a provider is asked for before cannot be undone.
            guard asksUpstream(attempt, grant: grant) else { return try await rotate(attempt, grant: grant) }
            let now = environment.clock.now
            let standing = try await environment.store.standing(
                of: attempt.token.generation, in: grant.id, at: now, grace: environment.lifetimes.refreshGrace)
            switch standing {
            case .superseded(_, let sealed): return try open(successor: sealed, of: grant)
            case .replayed, .ended: throw Self.invalid
            case .current: return try await rotate(attempt, grant: grant)
            }
        }
    }

    private func asksUpstream(_ attempt: Attempt, grant: Grant) -> Bool {
        if attempt.token.upstreamTokens != nil { return true }
        return switch environment.custody(at: grant.login.provider) {
        case .release: false
        case .vault: true
        }
    }

    @inline(never)
    private func rotate(_ attempt: Attempt, grant: Grant) async throws -> RefreshSuccessor {
        let upstream = try await refreshedUpstream(attempt, grant: grant)
        let vaulted = upstream == nil ? try await vaultedTokens(attempt, grant: grant) : nil
        guard
            let refreshToken = try minter.refreshToken(
                of: grant, generation: attempt.token.generation + 1, client: attempt.client, upstream: upstream,
                ray: attempt.visit.ray)
        else { throw Self.invalid }
        let successor = RefreshSuccessor(refreshToken: refreshToken, upstream: upstream, vaulted: vaulted)
        let sealed = try environment.keyRing.seal(
            successor, as: .refreshSuccessor, for: grant.id.rawValue, salt: environment.random.salt())
        let now = environment.clock.now
        let standing = try await environment.store.rotate(
            grant.id, from: attempt.token.generation, sealedSuccessor: sealed.text, at: now,
            grace: environment.lifetimes.refreshGrace,
            until: environment.lifetimes.grantEnd(created: grant.createdAt, used: now),
            events: { standing in trail(of: standing, attempt, now: now) })
        switch standing {
        case .current: return successor
        case .superseded(_, let sealed): return try open(successor: sealed, of: grant)
        // The grant ended while the provider was asked: nobody will ever hold what it answered.
        case .replayed:
            revokeUpstream(upstream, of: grant, attempt)
            throw Self.invalid
        case .ended:
            if grant.login.wasLedByBroker { revokeUpstream(upstream, of: grant, attempt) }
            throw Self.invalid
        }
    }

    private func trail(of standing: RefreshStanding, _ attempt: Attempt, now: Date) -> [AuditEvent] {
        switch standing {
        case .current(let grant): [event(.tokenRefreshed, grant, at: now, reason: nil, attempt)]
        case .replayed(let grant): [event(.refreshReplayed, grant, at: now, reason: "old_refresh_token", attempt)]
        case .superseded, .ended: []
        }
    }

    @inline(never)
    private func refreshedUpstream(_ attempt: Attempt, grant: Grant) async throws -> UpstreamTokens? {
        guard let old = attempt.token.upstreamTokens else { return nil }
        let provider = try await provider(of: grant, attempt)
        guard case .ready(let connector) = provider.state, let refresher = connector.tokenRefresh else { return nil }
        do throws(ConnectorError) {
            return try await refresher.refresh(old, of: grant.login.subject, at: environment.clock.now)
        } catch {
            attempt.visit.logger.log(
                level: error.logLevel, "Upstream refresh failed",
                metadata: ["connector.id": "\(provider.id)", "cause": "\(error.logCause)"])
            switch error {
            case .grantEnded, .notAdmitted:
                try await revoke(grant, .grantRevoked, reason: error.auditReason, attempt)
                throw Self.invalid
            // Only a plain no ends a grant: nobody is logged out by a provider's bad minute (DESIGN §4).
            case .unavailable, .refused, .untrusted, .misbehaved: throw Self.unreachable
            }
        }
    }

    private func provider(of grant: Grant, _ attempt: Attempt) async throws -> Provider {
        do throws(LoginPolicy.Denial) {
            return try policy.provider(grant.login.provider, for: attempt.client)
        } catch {
            throw try await refusal(error, grant, attempt)
        }
    }

    /// What the vault has for a client that receives upstream tokens. Where the provider has ended its grant since this one
    /// began, this one ends as well, as it does where the tokens are released.
    @inline(never)
    private func vaultedTokens(_ attempt: Attempt, grant: Grant) async throws -> UpstreamTokens? {
        let login = grant.login
        guard attempt.client.receivesUpstreamTokens, environment.custody(at: login.provider) == .vault,
            case .ready(let connector) = try await provider(of: grant, attempt).state
        else { return nil }
        let owner = Vault.Owner(account: login.accountID, provider: login.provider, subject: login.subject)
        let holding: Vault.Holding
        do {
            holding = try await vault.holding(of: owner, at: connector, for: attempt.client.id, visit: attempt.visit)
        } catch is ConnectorError {
            throw Self.unreachable
        }
        switch holding {
        case .tokens(let tokens): return attempt.client.upstreamTokenEncryption == nil ? nil : tokens
        case .nothing, .lapsed: return nil
        case .ended(let time):
            guard grant.createdAt <= time else { return nil }
            try await revoke(grant, .grantRevoked, reason: ConnectorError.grantEnded.auditReason, attempt)
            throw Self.invalid
        }
    }

    private func open(successor sealed: String, of grant: Grant) throws -> RefreshSuccessor {
        let opened = try environment.keyRing.open(sealed, as: .refreshSuccessor, reading: RefreshSuccessor.self)
        guard opened.context == grant.id.rawValue else { throw SealingFlaw.notAuthentic }
        return opened.value
    }

    @inline(never)
    private func revoke(
        _ grant: Grant, _ kind: AuditEvent.Kind, reason: String, _ attempt: Attempt
    ) async throws {
        let now = environment.clock.now
        _ = try await environment.store.revokeGrant(
            grant.id, at: now, events: [event(kind, grant, at: now, reason: reason, attempt)])
    }

    private func event(
        _ kind: AuditEvent.Kind, _ grant: Grant, at now: Date, reason: String?, _ attempt: Attempt
    ) -> AuditEvent {
        AuditEvent(
            kind, at: now, ray: attempt.visit.ray, account: grant.login.accountID, client: attempt.client.id,
            provider: grant.login.provider, grant: grant.id, address: attempt.visit.address, reason: reason)
    }
}
