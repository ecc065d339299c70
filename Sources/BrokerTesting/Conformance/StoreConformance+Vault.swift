import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension VaultEntry {
    /// What is kept of `person` at the pool; `label` tells it from others.
    static func sample(
        _ label: String, person: SamplePerson = .anna, refreshToken: String? = "refresh", at time: Date = Fixtures.noon
    ) -> VaultEntry {
        VaultEntry(
            accountID: person.accountID, provider: Fixtures.pool, subject: person.subject(at: Fixtures.pool),
            sealedTokens: "sealed-\(label)", sealedRefreshToken: refreshToken.map { "sealed-\($0)-\(label)" },
            leader: .frontEnd, keptAt: time)
    }
}

extension VaultStore {
    fileprivate func vaulted(_ entry: VaultEntry) async throws -> VaultStanding {
        try await vaulted(provider: entry.provider, subject: entry.subject)
    }
}

extension StoreConformance {
    /// One row is kept for each identity, and a login that brings no refresh token leaves the one before in place.
    package func upstreamTokensAreKept() async throws {
        let store = try await inhabitedStore()
        let first = VaultEntry.sample("first")
        #expect(try await store.vaulted(first) == .nothing)
        try await store.keep(first)
        #expect(try await store.vaulted(first) == .held(first, revision: 1))
        #expect(try await store.vaulted(provider: Fixtures.pool, subject: "somebody-else") == .nothing)
        #expect(
            try await store.vaultedSubject(of: first.accountID, at: Fixtures.pool) == first.subject)
        #expect(try await store.vaultedSubject(of: first.accountID, at: ProviderID(rawValue: "google")) == nil)
        #expect(try await store.vaultedSubject(of: SamplePerson.boris.accountID, at: Fixtures.pool) == nil)

        try await store.keep(.sample("second", refreshToken: nil, at: Fixtures.noon(plus: 5)))
        let kept = VaultEntry(
            accountID: first.accountID, provider: first.provider, subject: first.subject,
            sealedTokens: "sealed-second", sealedRefreshToken: first.sealedRefreshToken, leader: .frontEnd,
            keptAt: Fixtures.noon(plus: 5))
        #expect(try await store.vaulted(first) == .held(kept, revision: 2))
        try await store.keep(.sample("third"))
        #expect(try await store.vaulted(first) == .held(.sample("third"), revision: 3))
    }

    /// What another account left behind gives nothing to the one that has the identity now.
    package func keptTokensDoNotChangeHands() async throws {
        let store = try await inhabitedStore()
        try await store.keep(.sample("annas"))
        let taken = VaultEntry(
            accountID: SamplePerson.boris.accountID, provider: Fixtures.pool,
            subject: SamplePerson.anna.subject(at: Fixtures.pool), sealedTokens: "sealed-boris",
            sealedRefreshToken: nil, leader: .broker, keptAt: Fixtures.noon)
        try await store.keep(taken)
        #expect(try await store.vaulted(taken) == .held(taken, revision: 2))
    }

    /// Of many who renew one revision, one does; what the provider has ended stays ended until the next login.
    package func keptTokensAreRenewedOnce() async throws {
        let nodes = try await inhabitedNodes()
        let store = try #require(nodes.first)
        let old = VaultEntry.sample("old")
        try await store.keep(old)
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<16 {
                let node = nodes[number % nodes.count]
                group.addTask { try await node.renew(.sample("new-\(number)"), from: 1) }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(winners == 1)
        guard case .held(let entry, let revision) = try await store.vaulted(old) else {
            Issue.record("Nothing is held.")
            return
        }
        #expect(revision == 2 && entry.sealedTokens.hasPrefix("sealed-new-"))

        let event = AuditEvent.sample(.vaultEnded, at: Fixtures.noon(plus: 9))
        #expect(try await !store.endVaulted(entry, from: 1, event: event))
        #expect(try await store.events(matching: AuditFilter(kind: .vaultEnded)).isEmpty)
        #expect(try await store.endVaulted(entry, from: 2, event: event))
        #expect(try await !store.endVaulted(entry, from: 3, event: event))
        #expect(try await store.events(matching: AuditFilter(kind: .vaultEnded)) == [event])
        #expect(try await store.vaulted(old) == .ended(at: Fixtures.noon(plus: 9)))
        #expect(try await !store.renew(.sample("late"), from: 3))
        #expect(try await store.vaultedSubject(of: old.accountID, at: old.provider) == nil)
        try await store.keep(.sample("again", refreshToken: nil))
        #expect(try await store.vaulted(old) == .held(.sample("again", refreshToken: nil), revision: 4))
    }

    /// What nobody has a use for is taken out once, and nothing else.
    package func abandonedTokensAreTakenOut() async throws {
        let nodes = try await inhabitedNodes()
        let store = try #require(nodes.first)
        let later = Fixtures.noon(plus: 1)
        let grant = try await store.grant(.sample("a"))
        try await store.keep(.sample("annas"))
        try await store.keep(.sample("boriss", person: .boris))
        let taken = try await withThrowingTaskGroup(of: [VaultEntry].self) { group in
            for node in nodes + nodes { group.addTask { try await node.takeAbandoned(at: later, limit: 5) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken == [.sample("boriss", person: .boris)], "He has no grant.")
        #expect(try await store.vaulted(.sample("annas")) == .held(.sample("annas"), revision: 1))
        #expect(try await store.takeAbandoned(at: grant.expiresAt, limit: 0).isEmpty)
        #expect(try await store.takeAbandoned(at: grant.expiresAt, limit: 5) == [.sample("annas")])

        try await store.keep(.sample("annas"))
        #expect(try await store.revokeGrant(grant.id, at: later, events: []))
        #expect(try await store.takeAbandoned(at: later, limit: 5) == [.sample("annas")])
        #expect(try await store.vaulted(.sample("annas")) == .nothing)
    }

    /// An identity that its account has lost takes its tokens along, however many grants the account has.
    package func tokensOfALostIdentityAreTakenOut() async throws {
        let store = try await inhabitedStore()
        _ = try await store.grant(.sample("a"))
        let stray = VaultEntry(
            accountID: SamplePerson.anna.accountID, provider: Fixtures.pool, subject: "unlinked",
            sealedTokens: "sealed", sealedRefreshToken: nil, leader: .broker, keptAt: Fixtures.noon)
        try await store.keep(stray)
        try await store.keep(.sample("annas"))
        #expect(try await store.takeAbandoned(at: Fixtures.noon, limit: 5) == [stray])
    }
}
