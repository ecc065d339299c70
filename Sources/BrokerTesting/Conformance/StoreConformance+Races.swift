import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    /// Fifty redemptions of one code at once: one is granted, the others are replays, and the grant is revoked.
    package func fiftyRedeemOneCode() async throws {
        let nodes = try await inhabitedNodes()
        let code = IssuedCode.sample("a")
        #expect(try await nodes[0].issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        let outcomes = try await atOnce(50, on: nodes) { store, _ in try await store.redeem(code) }
        #expect(outcomes.count { $0.granted != nil } == 1)
        #expect(outcomes.count { $0.replayed != nil } == 49)
        #expect(try await nodes[0].grant(code.grantID)?.status == .revoked(at: Fixtures.noon))
    }

    /// Logins staged for one payload at once, each under a name of its own or under the payload's: one succeeds.
    package func manyStageOnePayload() async throws {
        let nodes = try await inhabitedNodes()
        let payload = PayloadID(rawValue: "p")
        let successes = try await atOnce(24, on: nodes) { store, number in
            let name = number.isMultiple(of: 2) ? "p" : "fresh-\(number)"
            return try await store.stage(.sample(name), for: payload, events: [.sample(.loginStaged)])
        }
        #expect(successes.count { $0 } == 1)
        #expect(try await nodes[0].events(matching: AuditFilter(kind: .loginStaged)).count == 1)
    }

    /// Codes issued for one staged login at once: one is stored.
    package func manyConsumeOneStagedLogin() async throws {
        let nodes = try await inhabitedNodes()
        let payload = PayloadID(rawValue: "p")
        #expect(try await nodes[0].stage(.sample("p"), for: payload, events: []))
        let successes = try await atOnce(24, on: nodes) { store, number in
            try await store.issue(
                .sample("code-\(number)"), consuming: .staged(payload), consent: nil, at: Fixtures.noon, events: [])
        }
        #expect(successes.count { $0 } == 1)
        var redeemed = 0
        for number in 0..<24 where try await nodes[0].redeem(.sample("code-\(number)")).granted != nil {
            redeemed += 1
        }
        #expect(redeemed == 1)
    }

    /// Rotations from one generation at once: one moves on, and the others get that one's successor.
    package func manyRotateOneGrant() async throws {
        let nodes = try await inhabitedNodes()
        let grant = try await nodes[0].grant(.sample("a"))
        let standings = try await atOnce(24, on: nodes) { store, number in
            try await store.rotate(grant.id, from: 0, successor: "successor-\(number)")
        }
        let winners = standings.indices.filter { standings[$0].isCurrent }
        let winner = try #require(winners.first)
        #expect(winners.count == 1)
        #expect(standings.compactMap(\.sealedSuccessor) == Array(repeating: "successor-\(winner)", count: 23))
        #expect(try await nodes[0].grant(grant.id)?.generation == 1)
    }

    /// A revocation that races rotations wins whenever it is answered: after it nothing rotates.
    package func revocationBeatsRotation() async throws {
        let nodes = try await inhabitedNodes()
        for round in 0..<8 {
            let grant = try await nodes[0].grant(.sample("round-\(round)"))
            let outcomes = try await atOnce(9, on: nodes) { store, number in
                if number == 4 {
                    return try await store.revokeGrant(grant.id, at: Fixtures.noon, events: [])
                }
                return try await store.rotate(grant.id, from: 0, successor: "s-\(number)").isCurrent
            }
            #expect(outcomes[4])
            #expect(outcomes.indices.count { $0 != 4 && outcomes[$0] } <= 1)
            #expect(try await nodes[0].grant(grant.id)?.status == .revoked(at: Fixtures.noon))
            for generation in 0...1 {
                #expect(try await nodes[0].rotate(grant.id, from: generation, successor: "late") == .ended)
            }
        }
    }

    /// One thing used by many at once: one of them did, and that is recorded.
    package func manyUseOneThing() async throws {
        let nodes = try await inhabitedNodes()
        let successes = try await atOnce(24, on: nodes) { store, _ in
            try await store.useOnce(
                Fixtures.digest("once"), until: Fixtures.noon(plus: 60), events: [.sample(.tokenRevoked)])
        }
        #expect(successes.count { $0 } == 1)
        #expect(try await nodes[0].isUsed(Fixtures.digest("once")))
        #expect(try await nodes[0].events(matching: AuditFilter(kind: .tokenRevoked)).count == 1)
    }

    /// First logins of one identity at once, each proposing an account of its own: one account is made.
    package func twentyFirstLoginsMakeOneAccount() async throws {
        let nodes = try await inhabitedNodes()
        let people = try await atOnce(20, on: nodes) { store, number in
            try await store.recordLogin(
                Identity(
                    provider: ProviderID(rawValue: "google"), subject: "1000",
                    accountID: AccountID(rawValue: "proposal-\(number)"), claims: PersonClaims()),
                at: Fixtures.noon)
        }
        #expect(Set(people.map(\.account.id)).count == 1)
        var accounts = 0
        for number in 0..<20 where try await nodes[0].account(AccountID(rawValue: "proposal-\(number)")) != nil {
            accounts += 1
        }
        #expect(accounts == 1)
    }

    /// First keys of one algorithm at once: the nodes agree on one.
    package func nodesAgreeOnOneFirstKey() async throws {
        let nodes = try await inhabitedNodes()
        let successes = try await atOnce(16, on: nodes) { store, number in
            try await store.insertFirst(.sample("key-\(number)"), event: .sample(.keyCreated))
        }
        #expect(successes.count { $0 } == 1)
        #expect(try await nodes[0].signingKeys().count == 1)
    }

    /// The steps of a rotation, each tried by many at once: every one is taken once.
    package func nodesRotateAKeyOnce() async throws {
        let nodes = try await inhabitedNodes()
        let active = StoredSigningKey.sample("key-of-all")
        _ = try await nodes[0].insertFirst(active, event: .sample(.keyCreated))
        let published = try await atOnce(16, on: nodes) { store, number in
            try await store.publish(
                .sample("key-\(number)", state: .next), replacing: nil, removal: Fixtures.noon,
                event: .sample(.keyCreated))
        }
        #expect(published.count { $0 } == 1)
        let next = try #require(try await nodes[0].signingKeys().first { $0.state == .next })
        let activated = try await atOnce(16, on: nodes) { store, _ in
            try await store.activate(
                next.id, replacing: active.id, removal: Fixtures.noon, event: .sample(.keyRotated))
        }
        #expect(activated.count { $0 } == 1)
        #expect(Set(try await nodes[0].signingKeys().map(\.state)) == [.active, .retiring])
        #expect(try await nodes[0].events(matching: AuditFilter(kind: .keyRotated)).count == 1)
    }

    /// Of many attempts at once only as many are let through as the rule allows, and all of those are counted.
    package func attemptsDoNotOutrunTheCount() async throws {
        let nodes = try await inhabitedNodes()
        let keys = ["account:anna", "address:192.0.2.1"]
        let waits = try await atOnce(40, on: nodes) { store, _ in
            try await store.countAttempt(of: keys, at: Fixtures.noon, window: 60) { failures in
                (failures["account:anna"]?.count ?? 0) < 5 ? 0 : 9
            }
        }
        #expect(waits.count { $0 == 0 } == 5)
        #expect(waits.count { $0 == 9 } == 35)
        #expect(try await nodes[0].counts(of: keys, at: Fixtures.noon).values.map(\.count) == [5, 5])
    }

    /// Runs `operation` `count` times at once, in turn on each of `nodes`; the results in order.
    func atOnce<Result: Sendable>(
        _ count: Int, on nodes: [any Store], _ operation: @escaping @Sendable (any Store, Int) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            for number in 0..<count {
                group.addTask { (number, try await operation(nodes[number % nodes.count], number)) }
            }
            var results: [(Int, Result)] = []
            for try await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
