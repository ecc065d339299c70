import Connectors
import Logging
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Upstream tokens that stay here, sealed, and are refreshed when somebody needs one (`"upstream_tokens": "vault"`).
///
/// One row for each identity: the tokens of its last login. One value serves all requests of a process, so that a burst
/// of them asks the provider once.
struct Vault: Sendable {
    private let environment: BrokerEnvironment
    private let flights = SingleFlight<Flight, Holding>()

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
    }

    /// Whose tokens they are.
    struct Owner: Hashable, Sendable {
        let account: AccountID
        let provider: ProviderID
        let subject: String

        /// What their envelopes are bound to.
        fileprivate var context: String { "\(account)\n\(provider)\n\(subject)" }
    }

    /// What there is of an owner's tokens.
    enum Holding: Sendable {
        /// An access token that counts.
        case tokens(UpstreamTokens)
        case nothing
        /// The access token is over, and the provider gave nothing to get another with.
        case lapsed
        /// The provider has ended its grant.
        case ended(at: Date)
    }

    private struct Flight: Hashable, Sendable {
        let owner: Owner
        let revision: Int
    }

    /// Seconds an access token that is handed out still has to live.
    private static let margin = 60.0
    /// Seconds in which a token that has just come is not asked for again, however short it lives.
    private static let pause = 10.0
    /// Seconds an access token is taken to live whose provider does not say.
    private static let assumedLifetime = 600.0

    /// Keeps what the login of a redeemed code brought.
    func keep(_ tokens: UpstreamTokens, of login: Login) async throws {
        let owner = Owner(account: login.accountID, provider: login.provider, subject: login.subject)
        let leader: VaultEntry.Leader = login.wasLedByBroker ? .broker : .frontEnd
        try await environment.store.keep(try entry(tokens, of: owner, leader: leader))
    }

    /// What there is of the tokens of `owner`, refreshed at `connector` if need be.
    ///
    /// Throws ``ConnectorError`` where the provider cannot be asked now; what is kept stays.
    func holding(
        of owner: Owner, at connector: any Connector, for client: ClientID, visit: Visit
    ) async throws -> Holding {
        switch try await environment.store.vaulted(provider: owner.provider, subject: owner.subject) {
        case .nothing: return .nothing
        case .ended(let time): return .ended(at: time)
        case .held(let entry, let revision):
            guard entry.accountID == owner.account else { return .nothing }
            guard let tokens = try opened(entry, of: owner, visit: visit) else { return .lapsed }
            if counts(tokens, since: entry.keptAt) { return .tokens(tokens) }
            guard tokens.refreshToken != nil, let refresher = connector.tokenRefresh else { return .lapsed }
            return try await flights.run(Flight(owner: owner, revision: revision)) {
                let refresh = Refresh(
                    owner: owner, entry: entry, revision: revision, tokens: tokens, client: client, visit: visit)
                return try await renewed(refresh, at: refresher)
            }
        }
    }

    /// The tokens of `entry`; nil where the master key is gone that sealed them. The row stays, for the key may come back,
    /// and the person's next login replaces it.
    private func opened(_ entry: VaultEntry, of owner: Owner, visit: Visit) throws -> UpstreamTokens? {
        do {
            return try open(entry, of: owner)
        } catch SealingFlaw.unknownKey {
            visit.logger.error(
                "Kept upstream tokens were sealed under a master key that is not here",
                metadata: ["connector.id": "\(owner.provider)"])
            return nil
        }
    }

    /// One attempt to renew what is kept.
    private struct Refresh: Sendable {
        let owner: Owner
        let entry: VaultEntry
        let revision: Int
        let tokens: UpstreamTokens
        let client: ClientID
        let visit: Visit
    }

    private func renewed(_ refresh: Refresh, at refresher: any TokenRefresh) async throws -> Holding {
        // Somebody may have led a flight to its end between the look at the row and this one.
        if let newer = try await standing(insteadOf: refresh) { return newer }
        let fresh: UpstreamTokens
        do throws(ConnectorError) {
            fresh = try await refresher.refresh(refresh.tokens, of: refresh.owner.subject, at: environment.clock.now)
        } catch {
            refresh.visit.logger.log(
                level: error.logLevel, "Upstream refresh failed",
                metadata: ["connector.id": "\(refresh.owner.provider)", "cause": "\(error.logCause)"])
            switch error {
            case .grantEnded, .notAdmitted: return try await ended(refresh, reason: error.auditReason)
            // Only a plain no ends anything (DESIGN: nobody is logged out by a provider's bad minute).
            case .unavailable, .refused, .untrusted, .misbehaved: throw error
            }
        }
        let entry = try entry(fresh, of: refresh.owner, leader: refresh.entry.leader)
        guard try await environment.store.renew(entry, from: refresh.revision) else {
            return try await standing(insteadOf: refresh) ?? .nothing
        }
        return .tokens(fresh)
    }

    /// What is kept by now, if it is no longer what `refresh` began with: another login, or another node, was quicker.
    private func standing(insteadOf refresh: Refresh) async throws -> Holding? {
        let owner = refresh.owner
        switch try await environment.store.vaulted(provider: owner.provider, subject: owner.subject) {
        case .nothing: return .nothing
        case .ended(let time): return .ended(at: time)
        case .held(let entry, let revision):
            guard revision != refresh.revision else { return nil }
            guard entry.accountID == owner.account else { return .nothing }
            return .tokens(try open(entry, of: owner))
        }
    }

    private func ended(_ refresh: Refresh, reason: String) async throws -> Holding {
        let now = environment.clock.now
        let event = AuditEvent(
            .vaultEnded, at: now, ray: refresh.visit.ray, account: refresh.owner.account, client: refresh.client,
            provider: refresh.owner.provider, address: refresh.visit.address, reason: reason)
        guard try await environment.store.endVaulted(refresh.entry, from: refresh.revision, event: event) else {
            return try await standing(insteadOf: refresh) ?? .nothing
        }
        return .ended(at: now)
    }

    private func counts(_ tokens: UpstreamTokens, since keptAt: Date) -> Bool {
        let now = environment.clock.now
        let age = now.timeIntervalSince(keptAt)
        guard let expiry = tokens.expiresAt else { return tokens.refreshToken == nil || age < Self.assumedLifetime }
        let rest = expiry.timeIntervalSince(now)
        guard tokens.refreshToken != nil else { return rest > 0 }
        return rest >= Self.margin || (rest > 0 && age < Self.pause)
    }
}

extension Vault {
    /// The refresh token apart from the rest, because a login that brings none leaves the one before in place.
    private func entry(
        _ tokens: UpstreamTokens, of owner: Owner, leader: VaultEntry.Leader
    ) throws -> VaultEntry {
        var current = tokens
        current.refreshToken = nil
        current.holder = nil
        let refreshToken = tokens.refreshToken.map {
            UpstreamTokens(accessToken: Secret(""), refreshToken: $0, holder: tokens.holder)
        }
        return VaultEntry(
            accountID: owner.account, provider: owner.provider, subject: owner.subject,
            sealedTokens: try seal(current, of: owner),
            sealedRefreshToken: try refreshToken.map { try seal($0, of: owner) },
            leader: leader, keptAt: environment.clock.now)
    }

    private func seal(_ tokens: UpstreamTokens, of owner: Owner) throws -> String {
        try environment.keyRing.seal(tokens, as: .vault, for: owner.context, salt: environment.random.salt()).text
    }

    private func open(_ entry: VaultEntry, of owner: Owner) throws -> UpstreamTokens {
        try environment.keyRing.vaultedTokens(of: entry, owner.context)
    }
}

extension KeyRing {
    /// The tokens of `entry`, which must have been sealed for the identity and account that its row names.
    func vaultedTokens(of entry: VaultEntry) throws -> UpstreamTokens {
        let owner = Vault.Owner(account: entry.accountID, provider: entry.provider, subject: entry.subject)
        return try vaultedTokens(of: entry, owner.context)
    }

    fileprivate func vaultedTokens(of entry: VaultEntry, _ context: String) throws -> UpstreamTokens {
        var tokens = try vaulted(entry.sealedTokens, context)
        if let sealed = entry.sealedRefreshToken {
            let kept = try vaulted(sealed, context)
            tokens.refreshToken = kept.refreshToken
            tokens.holder = kept.holder
        }
        return tokens
    }

    private func vaulted(_ sealed: String, _ context: String) throws -> UpstreamTokens {
        let opened = try open(sealed, as: .vault, reading: UpstreamTokens.self)
        guard opened.context == context else { throw SealingFlaw.notAuthentic }
        return opened.value
    }
}
