import Connectors
import Logging
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The authorization code grant (RFC 6749 §4.1.3).
struct CodeGrant: Sendable {
    private let environment: BrokerEnvironment
    private let minter: TokenMinter
    private let policy: LoginPolicy
    private let vault: Vault

    init(_ environment: BrokerEnvironment, _ vault: Vault) {
        self.environment = environment
        self.vault = vault
        minter = TokenMinter(environment)
        policy = LoginPolicy(providers: environment.providers)
    }

    private static let invalid = OAuthError(.invalidGrant, "The code is not valid.")

    /// Redeems `code` once. The store's `redeem` is the single-use gate: of many at once it lets one through, and a
    /// code that fails its judgement is burnt rather than left for another try (RFC 9700 §2.1.1).
    @inline(never)
    func redeem(
        _ code: Secret, redirectURI: String, verifier: TokenRequest.Verifier, resources: [ResourceIndicator],
        client: Client, visit: Visit
    ) async throws -> TokenResponse {
        let attempt = attempt(redirectURI, verifier, resources, client, visit)
        let digest = HandleDigest(of: code)
        let redemption = try await environment.store.redeem(
            digest, at: attempt.now, limit: attempt.limit, judge: { attempt.rule.judge($0) },
            events: { attempt.trail(of: $0) })
        switch try conclusion(of: redemption, attempt) {
        case .tokens(let first):
            return try await handOver(first)
        case .denied(let denied, let issued):
            let refusal = try await refusal(denied, client: client, visit: visit)
            revokeUpstream(issued, client: client, visit: visit)
            throw refusal
        case .unknownCode:
            try await revokeGrant(ofForgotten: digest, client: client, visit: visit)
            throw Self.invalid
        }
    }

    @inline(never)
    private func attempt(
        _ redirectURI: String, _ verifier: TokenRequest.Verifier, _ resources: [ResourceIndicator], _ client: Client,
        _ visit: Visit
    ) -> CodeAttempt {
        let now = environment.clock.now
        let rule = CodeRule(
            client: client.id, redirectURI: redirectURI, verifier: verifier, resources: resources, now: now,
            grantEnd: environment.lifetimes.grantEnd(created: now, used: now))
        return CodeAttempt(client, rule, environment.grantLimit(for: client, at: now, visit: visit), visit)
    }

    /// What is left to do once the store has spoken.
    private enum Conclusion {
        case tokens(FirstTokens)
        indirect case denied(DeniedGrant, IssuedCode)
        case unknownCode
    }

    /// The first tokens of a grant, which nobody has been given yet.
    private enum FirstTokens {
        case ready(TokenResponse)
        /// To be made once the vault has the provider's: should that fail, they are not lost.
        indirect case afterKeeping(UpstreamTokens, TokenMinter.Order)
    }

    /// A grant that policy does not let go on.
    private struct DeniedGrant {
        let grant: Grant
        let denial: LoginPolicy.Denial
    }

    @inline(never)
    private func conclusion(of redemption: CodeRedemption, _ attempt: CodeAttempt) throws -> Conclusion {
        let (client, visit) = (attempt.client, attempt.visit)
        switch redemption {
        case .granted(let grant, let issued, let person):
            // Once more: since the code was issued, the provider may have been switched off or the account disabled.
            let claims: PersonClaims
            do throws(LoginPolicy.Denial) {
                claims = try policy.admit(person, of: grant, to: client).identity.claims
            } catch {
                return .denied(DeniedGrant(grant: grant, denial: error), issued)
            }
            let order = TokenMinter.Order(
                client: client, grant: grant, resources: attempt.rule.resources, person: claims, nonce: issued.nonce,
                ray: visit.ray, now: attempt.now)
            return .tokens(
                try firstTokens(order, upstream: try upstreamTokens(in: issued.sealedTokens, client: client)))
        case .refused(let error, let code):
            revokeUpstream(code, client: client, visit: visit)
            throw error
        case .sessionEnded(let code), .expired(let code):
            revokeUpstream(code, client: client, visit: visit)
            throw Self.invalid
        case .replayed:
            visit.logger.warning("Authorization code used again", metadata: ["oauth.client_id": "\(client.id)"])
            throw Self.invalid
        case .unknown:
            return .unknownCode
        }
    }

    /// The code is burnt, and with it went the upstream tokens that nobody else holds.
    private func revokeUpstream(_ code: IssuedCode, client: Client, visit: Visit) {
        guard code.login.wasLedByBroker, let tokens = try? upstreamTokens(in: code.sealedTokens, client: client)
        else { return }
        environment.revocations.order(tokens, at: code.login.provider, for: visit)
    }

    /// The upstream tokens of a login for `client`, as they rested until now.
    func upstreamTokens(in sealed: String?, client: Client) throws -> UpstreamTokens? {
        try sealed.map { sealed in
            let opened = try environment.keyRing.open(sealed, as: .stagedLogin, reading: UpstreamTokens.self)
            guard opened.context == client.id.rawValue else { throw SealingFlaw.notAuthentic }
            return opened.value
        }
    }

    /// Ends the grant of a code whose own row has been swept: used again is used again, however late.
    @inline(never)
    private func revokeGrant(ofForgotten digest: HandleDigest, client: Client, visit: Visit) async throws {
        let now = environment.clock.now
        guard let grant = try await environment.store.grant(GrantID(ofCode: digest)), grant.isLive(at: now) else {
            return
        }
        let event = AuditEvent(
            .codeReplayed, at: now, ray: visit.ray, account: grant.login.accountID, client: client.id,
            provider: grant.login.provider, grant: grant.id, address: visit.address)
        _ = try await environment.store.revokeGrant(grant.id, at: now, events: [event])
    }

    /// The first tokens of a grant, to which the login brought `upstream`.
    @inline(never)
    func answer(_ order: TokenMinter.Order, upstream: UpstreamTokens?) async throws -> TokenResponse {
        try await handOver(try firstTokens(order, upstream: upstream))
    }

    @inline(never)
    private func firstTokens(_ order: TokenMinter.Order, upstream: UpstreamTokens?) throws -> FirstTokens {
        switch environment.custody(at: order.grant.login.provider) {
        case .release:
            return .ready(try response(to: order, carrying: upstream, delivering: upstream))
        case .vault:
            // One holder alone: a refresh token that the client carried as well would be spent by one behind the other.
            guard let upstream else { return .ready(try response(to: order, carrying: nil, delivering: nil)) }
            return .afterKeeping(upstream, order)
        }
    }

    @inline(never)
    private func response(
        to order: TokenMinter.Order, carrying carried: UpstreamTokens?, delivering delivered: UpstreamTokens?
    ) throws -> TokenResponse {
        let refreshToken = try minter.refreshToken(
            of: order.grant, generation: 0, client: order.client, upstream: carried, ray: order.ray)
        return try minter.mint(
            order, TokenMinter.Freight(carried: carried, delivered: delivered), refreshToken: refreshToken)
    }

    private func handOver(_ first: FirstTokens) async throws -> TokenResponse {
        switch first {
        case .ready(let response):
            return response
        case .afterKeeping(let upstream, let order):
            try await vault.keep(upstream, of: order.grant.login)
            return try response(to: order, carrying: nil, delivering: upstream)
        }
    }

    /// What `person` is like, if policy lets them go on.
    func admitted(
        _ person: Person?, grant: Grant, client: Client, visit: Visit
    ) async throws -> PersonClaims {
        do throws(LoginPolicy.Denial) {
            return try policy.admit(person, of: grant, to: client).identity.claims
        } catch {
            throw try await refusal(DeniedGrant(grant: grant, denial: error), client: client, visit: visit)
        }
    }

    /// Ends a grant that policy denies.
    @inline(never)
    private func refusal(_ denied: DeniedGrant, client: Client, visit: Visit) async throws -> OAuthError {
        let (grant, now) = (denied.grant, environment.clock.now)
        let event = AuditEvent(
            .grantRevoked, at: now, ray: visit.ray, account: grant.login.accountID, client: client.id,
            provider: grant.login.provider, grant: grant.id, address: visit.address, reason: denied.denial.rawValue)
        _ = try await environment.store.revokeGrant(grant.id, at: now, events: [event])
        return Self.invalid
    }
}

extension LoginPolicy {
    /// `person`, whom `grant` names, if policy still lets them through to `client`.
    func admit(_ person: Person?, of grant: Grant, to client: Client) throws(Denial) -> Person {
        guard let person, person.account.id == grant.login.accountID else { throw .accountDisabled }
        try admit(person.identity, of: person.account, to: client)
        return person
    }
}
