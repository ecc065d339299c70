import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    /// A grant more than the limit allows makes the oldest of its own account and client give way, and no other.
    package func theOldestGrantsGiveWay() async throws {
        let store = try await inhabitedStore()
        let (anna, boris) = (SamplePerson.anna, SamplePerson.boris)
        let others = [
            try await store.grant(.sample("other client", client: ClientID(rawValue: "parking"))),
            try await store.grant(.sample("other person", person: boris)),
        ]
        let grants = try await (0..<5).asyncMap { number in
            try await store.redeem(
                .issued("\(number)", to: anna, in: store), at: Fixtures.noon(plus: Double(number)), limit: 3)
        }
        let live = Fixtures.noon(plus: 5)
        #expect(try await grants.asyncMap { try await store.isLive($0, at: live) } == [false, false, true, true, true])
        #expect(try await others.asyncMap { try await store.isLive($0, at: live) } == [true, true])
        let trail = try await store.events(matching: AuditFilter(kind: .grantRevoked))
        #expect(trail.map(\.grant) == [grants[0].id, grants[1].id])
        #expect(try await store.standing(of: 0, in: grants[0].id, at: live, grace: 30) == .ended)
    }

    /// What has ended takes no place: nobody loses a grant to one that is revoked, or that has expired unswept.
    package func endedGrantsTakeNoPlace() async throws {
        let store = try await inhabitedStore()
        let first = try await store.redeem(
            .issued("first", to: .anna, in: store), at: Fixtures.noon(plus: -3), limit: 2)
        let revoked = try await store.redeem(
            .issued("revoked", to: .anna, in: store), at: Fixtures.noon(plus: -2), limit: 2)
        #expect(try await store.revokeGrant(revoked.id, at: Fixtures.noon, events: []))
        let expiring = try await store.redeem(
            .issued("expiring", to: .anna, in: store), at: Fixtures.noon(plus: -1), limit: 2)
        _ = try await store.rotate(expiring.id, from: 0, successor: "s", until: Fixtures.noon)
        let last = try await store.redeem(.issued("last", to: .anna, in: store), at: Fixtures.noon, limit: 2)
        for grant in [first, last] {
            #expect(try await store.isLive(grant, at: Fixtures.noon))
        }
        #expect(try await store.events(matching: AuditFilter(kind: .grantRevoked)).isEmpty)
    }

    /// A limit that was lowered is kept from the next grant on, and the new grant is never the one to give way.
    package func aLoweredLimitIsKept() async throws {
        let store = try await inhabitedStore()
        let grants = try await (0..<4).asyncMap { number in
            try await store.redeem(
                .issued("\(number)", to: .anna, in: store), at: Fixtures.noon(plus: Double(number)), limit: 10)
        }
        let early = try await store.redeem(.issued("early", to: .anna, in: store), at: Fixtures.noon, limit: 1)
        for grant in grants {
            #expect(try await !store.isLive(grant, at: Fixtures.noon(plus: 5)))
        }
        #expect(try await store.isLive(early, at: Fixtures.noon(plus: 5)), "Its clock may be behind the others'.")
    }

    /// Fifty redemptions at once, each of a code of its own, leave as many grants as the limit says.
    package func manyRedemptionsKeepTheLimit() async throws {
        let nodes = try await inhabitedNodes()
        var codes: [IssuedCode] = []
        for number in 0..<50 { codes.append(try await .issued("\(number)", to: .anna, in: nodes[0])) }
        let grants = try await atOnce(50, on: nodes) { [codes] store, number in
            try await store.redeem(codes[number], at: Fixtures.noon, limit: 7)
        }
        var live = 0
        for grant in grants where try await nodes[0].isLive(grant, at: Fixtures.noon) { live += 1 }
        #expect(live == 7)
        let trail = try await nodes[0].events(matching: AuditFilter(kind: .grantRevoked, limit: 100))
        #expect(Set(trail.map(\.grant)).count == 43 && trail.count == 43)
    }

    /// A rotation puts the grant's end off, and one that comes too late does not bring it back.
    package func rotationPutsTheEndOff() async throws {
        let store = try await inhabitedStore()
        let grant = try await store.grant(.sample("a"))
        let (soon, later) = (Fixtures.noon(plus: 10), Fixtures.noon(plus: 20))
        _ = try await store.rotate(grant.id, from: 0, successor: "one", until: soon)
        #expect(try await store.grant(grant.id)?.expiresAt == soon)
        _ = try await store.rotate(grant.id, from: 1, successor: "two", at: Fixtures.noon(plus: 9.999), until: later)
        #expect(try await store.grant(grant.id)?.expiresAt == later)
        #expect(try await store.rotate(grant.id, from: 2, successor: "s", at: later) == .ended)
        #expect(try await store.grant(grant.id)?.expiresAt == later)
        #expect(try await store.sweep(expiredBefore: later, limit: 10) > 0)
        #expect(try await store.grant(grant.id) == nil)
    }
}

extension AuthorizationStore {
    /// Redeems `code` with a bound on its account's grants, whose end is recorded.
    func redeem(_ code: IssuedCode, at time: Date, limit: Int) async throws -> Grant {
        let redemption = try await redeem(
            code.digest, at: time,
            limit: GrantLimit(count: limit) { grant in
                AuditEvent(.grantRevoked, at: time, ray: nil, grant: grant.id, reason: "limit")
            },
            judge: { .success($0.grant(at: time)) }, events: { _ in [] })
        return try #require(redemption.granted)
    }
}

extension GrantStore {
    func isLive(_ grant: Grant, at time: Date) async throws -> Bool {
        try await self.grant(grant.id)?.isLive(at: time) ?? false
    }
}

extension IssuedCode {
    /// The sample code `label`, as it was issued to `person`.
    static func issued(
        _ label: String, to person: SamplePerson, in store: any AuthorizationStore
    ) async throws -> IssuedCode {
        let code = IssuedCode.sample(label, person: person)
        #expect(try await store.issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        return code
    }
}

extension Sequence where Element: Sendable {
    /// The results of `transform`, one after the other.
    func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
