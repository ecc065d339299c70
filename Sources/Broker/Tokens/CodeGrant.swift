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

    /// Redeems `code` once. The store's `redeem` is the single-use gate: of many at once it lets one through, and a
    /// code that fails its judgement is burnt rather than left for another try (RFC 9700 §2.1.1).
    func redeem(
        _ code: Secret, redirectURI: String, verifier: TokenRequest.Verifier, resources: [ResourceIndicator],
        client: Client, visit: Visit
    ) async throws -> TokenResponse {
        let now = environment.clock.now
        let rule = CodeRule(
            client: client.id, redirectURI: redirectURI, verifier: verifier, resources: resources, now: now,
            grantEnd: environment.lifetimes.grantEnd(created: now, used: now))
        let redemption = try await environment.store.redeem(
            HandleDigest(of: code), at: now, limit: environment.grantLimit(for: client, at: now, visit: visit),
            judge: { rule.judge($0) },
            events: { [id = client.id] in Self.trail(of: $0, client: id, now: now, visit: visit) })
        switch redemption {
        case .granted(let grant, let issued, let person):
            let claims: PersonClaims
            do {
                claims = try await admitted(person, grant: grant, client: client, visit: visit)
            } catch let refusal as OAuthError {
                revokeUpstream(issued, client: client, visit: visit)
                throw refusal
            }
            return try await answer(
                TokenMinter.Order(
                    client: client, grant: grant, resources: resources, person: claims, nonce: issued.nonce,
                    ray: visit.ray, now: now),
                upstream: try upstreamTokens(in: issued.sealedTokens, client: client))
        case .refused(let error, let code):
            revokeUpstream(code, client: client, visit: visit)
            throw error
        case .sessionEnded(let code): revokeUpstream(code, client: client, visit: visit)
        case .replayed:
            visit.logger.warning("Authorization code used again", metadata: ["oauth.client_id": "\(client.id)"])
        case .unknown:
            try await revokeGrant(ofForgotten: HandleDigest(of: code), client: client, visit: visit)
        case .expired(let code):
            revokeUpstream(code, client: client, visit: visit)
        }
        throw OAuthError(.invalidGrant, "The code is not valid.")
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
    func answer(_ order: TokenMinter.Order, upstream: UpstreamTokens?) async throws -> TokenResponse {
        let carried: UpstreamTokens?
        switch environment.custody(at: order.grant.login.provider) {
        case .release: carried = upstream
        case .vault:
            // One holder alone: a refresh token that the client carried as well would be spent by one behind the other.
            carried = nil
            if let upstream { try await vault.keep(upstream, of: order.grant.login) }
        }
        let refreshToken = try minter.refreshToken(
            of: order.grant, generation: 0, client: order.client, upstream: carried, ray: order.ray)
        return try minter.mint(
            order, TokenMinter.Freight(carried: carried, delivered: upstream), refreshToken: refreshToken)
    }

    /// Policy once more: since the code was issued, the provider may have been switched off or the account disabled.
    func admitted(
        _ person: Person?, grant: Grant, client: Client, visit: Visit
    ) async throws -> PersonClaims {
        do throws(LoginPolicy.Denial) {
            return try policy.admit(person, of: grant, to: client).identity.claims
        } catch let denial {
            let event = AuditEvent(
                .grantRevoked, at: environment.clock.now, ray: visit.ray, account: grant.login.accountID,
                client: client.id, provider: grant.login.provider, grant: grant.id, address: visit.address,
                reason: denial.rawValue)
            _ = try await environment.store.revokeGrant(grant.id, at: environment.clock.now, events: [event])
            throw OAuthError(.invalidGrant, "The code is not valid.")
        }
    }

    private static func trail(
        of redemption: CodeRedemption, client: ClientID, now: Date, visit: Visit
    ) -> [AuditEvent] {
        func event(_ kind: AuditEvent.Kind, _ code: IssuedCode, reason: String? = nil) -> AuditEvent {
            AuditEvent(
                kind, at: now, ray: visit.ray, account: code.login.accountID, client: client,
                provider: code.login.provider, grant: code.grantID, address: visit.address, reason: reason)
        }
        return switch redemption {
        case .granted(_, let code, _): [event(.tokenIssued, code)]
        case .refused(_, let code): [event(.tokenRefused, code, reason: "code_not_bound")]
        case .sessionEnded(let code): [event(.tokenRefused, code, reason: "session_ended")]
        case .replayed(let code): [event(.codeReplayed, code)]
        case .expired(let code): [event(.tokenRefused, code, reason: "code_expired")]
        case .unknown: []
        }
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
