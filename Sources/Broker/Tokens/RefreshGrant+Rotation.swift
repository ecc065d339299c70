import Connectors
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension RefreshGrant {
    /// What the store is asked to put in a refresh token's place.
    private final class Rotation: Sendable {
        let successor: RefreshSuccessor
        let sealed: String
        let now: Date
        let grantEnd: Date

        init(_ successor: RefreshSuccessor, sealed: String, now: Date, grantEnd: Date) {
            self.successor = successor
            self.sealed = sealed
            self.now = now
            self.grantEnd = grantEnd
        }
    }

    @inline(never)
    func rotateIfCurrent(_ attempt: RefreshAttempt, _ live: LiveGrant) async throws -> RefreshSuccessor {
        let standing = try await environment.store.standing(
            of: attempt.token.generation, in: live.grant.id, at: environment.clock.now,
            grace: environment.lifetimes.refreshGrace)
        switch standing {
        case .superseded(_, let sealed): return try open(successor: sealed, of: live.grant)
        case .replayed, .ended: throw Self.invalid
        case .current: return try await rotate(attempt, live)
        }
    }

    @inline(never)
    func rotate(_ attempt: RefreshAttempt, _ live: LiveGrant) async throws -> RefreshSuccessor {
        let upstream = try await refreshedUpstream(attempt, grant: live.grant)
        let vaulted = upstream == nil ? try await vaultedTokens(attempt, grant: live.grant) : nil
        let rotation = try rotation(attempt, live, upstream: upstream, vaulted: vaulted)
        let standing = try await environment.store.rotate(
            live.grant.id, from: attempt.token.generation, sealedSuccessor: rotation.sealed, at: rotation.now,
            grace: environment.lifetimes.refreshGrace, until: rotation.grantEnd,
            events: { standing in trail(of: standing, attempt, now: rotation.now) })
        return try outcome(of: standing, rotation, attempt, live)
    }

    @inline(never)
    private func rotation(
        _ attempt: RefreshAttempt, _ live: LiveGrant, upstream: UpstreamTokens?, vaulted: UpstreamTokens?
    ) throws -> Rotation {
        let grant = live.grant
        guard
            let refreshToken = try minter.refreshToken(
                of: grant, generation: attempt.token.generation + 1, client: attempt.client, upstream: upstream,
                ray: attempt.visit.ray)
        else { throw Self.invalid }
        let successor = RefreshSuccessor(refreshToken: refreshToken, upstream: upstream, vaulted: vaulted)
        let sealed = try environment.keyRing.seal(
            successor, as: .refreshSuccessor, for: grant.id.rawValue, salt: environment.random.salt())
        let now = environment.clock.now
        return Rotation(
            successor, sealed: sealed.text, now: now,
            grantEnd: environment.lifetimes.grantEnd(created: grant.createdAt, used: now))
    }

    @inline(never)
    private func outcome(
        of standing: RefreshStanding, _ rotation: Rotation, _ attempt: RefreshAttempt, _ live: LiveGrant
    ) throws -> RefreshSuccessor {
        let upstream = rotation.successor.upstream
        switch standing {
        case .current: return rotation.successor
        case .superseded(_, let sealed): return try open(successor: sealed, of: live.grant)
        // The grant ended while the provider was asked: nobody will ever hold what it answered.
        case .replayed:
            revokeUpstream(upstream, of: live.grant, attempt)
            throw Self.invalid
        case .ended:
            if live.grant.login.wasLedByBroker { revokeUpstream(upstream, of: live.grant, attempt) }
            throw Self.invalid
        }
    }
}
