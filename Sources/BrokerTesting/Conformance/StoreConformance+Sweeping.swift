import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    /// A sweep takes what has expired, in batches, and nothing else.
    package func sweepingLeavesTheLiving() async throws {
        let store = try await inhabitedStore()
        let expiry = Fixtures.noon(plus: 60)
        // Made before the others, while the clock was wrong: it keeps none of them.
        #expect(
            try await store.issue(
                .sample("patient", expiresAt: Fixtures.noon(plus: 600)), consuming: .nothing, consent: nil,
                at: Fixtures.noon, events: []))
        for number in 0..<5 {
            #expect(try await store.keepRequest("sealed", as: Fixtures.digest("dead \(number)"), until: expiry))
            #expect(
                try await store.stage(
                    .sample("dead \(number)", expiresAt: expiry), for: PayloadID(rawValue: "dead \(number)"),
                    events: []))
            #expect(
                try await store.issue(
                    .sample("dead \(number)", expiresAt: expiry), consuming: .nothing, consent: nil, at: Fixtures.noon,
                    events: []))
        }
        let living = Fixtures.noon(plus: 60.001)
        #expect(try await store.keepRequest("sealed", as: Fixtures.digest("alive"), until: living))
        let staged = StagedLogin.sample("alive", expiresAt: living)
        #expect(try await store.stage(staged, for: staged.payloadID, events: []))
        let code = IssuedCode.sample("alive", expiresAt: living)
        #expect(try await store.issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        let grant = try await store.grant(.sample("granted", expiresAt: living))
        try await store.begin(.sample("s"), replacing: nil, events: [])
        _ = try await store.countAttempt(of: ["key"], at: Fixtures.noon, window: 60) { _ in 0 }

        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 59), limit: 100) == 0)
        #expect(try await store.sweep(expiredBefore: expiry, limit: 2) == 6)
        #expect(try await store.sweep(expiredBefore: expiry, limit: 2) == 6)
        #expect(try await store.sweep(expiredBefore: expiry, limit: 2) == 3)
        #expect(try await store.sweep(expiredBefore: expiry, limit: 2) == 0)

        #expect(try await store.staged(PayloadID(rawValue: "dead 0"), at: Fixtures.noon) == .nothing)
        #expect(try await store.redeem(.sample("dead 0")).isUnknown)
        #expect(try await store.keptRequest(Fixtures.digest("alive"), at: expiry) == "sealed")
        #expect(try await store.staged(staged.payloadID, at: expiry) == .login(staged))
        #expect(try await store.redeem(code, at: expiry).granted != nil)
        #expect(try await store.grant(grant.id) == grant)
        #expect(try await store.session(Fixtures.digest("s"), at: expiry) != nil)
        #expect(try await store.counts(of: ["key"], at: Fixtures.noon).count == 1)
    }

    /// Sessions go when they are idle or old, grants when they end, failures after their window; the trail stays.
    package func sweepingTakesEveryKind() async throws {
        let store = try await inhabitedStore()
        try await store.begin(.sample("s"), replacing: nil, events: [.sample(.loginSucceeded)])
        _ = try await store.countAttempt(of: ["key"], at: Fixtures.noon, window: 60) { _ in 0 }
        let grant = try await store.grant(.sample("a"))
        let trail = try await store.events(matching: AuditFilter())
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 60), limit: 10) == 1, "The code.")
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 61), limit: 10) == 1, "The failure.")
        #expect(try await store.counts(of: ["key"], at: Fixtures.noon).isEmpty)
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 599), limit: 10) == 0)
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 600), limit: 10) == 1, "The session.")
        #expect(try await store.session(Fixtures.digest("s"), at: Fixtures.noon) == nil)
        #expect(try await store.grant(grant.id) == grant)
        #expect(try await store.sweep(expiredBefore: grant.expiresAt, limit: 10) == 1, "The grant.")
        #expect(try await store.grant(grant.id) == nil)
        #expect(try await store.events(matching: AuditFilter()) == trail)
        #expect(try await store.account(SamplePerson.anna.accountID) != nil)
        #expect(try await store.client(grant.clientID) != nil)
    }

    /// A grant whose end was put off, once or often, is swept at its new end and not before.
    package func sweepingFollowsRefreshes() async throws {
        let store = try await inhabitedStore()
        let grant = try await store.grant(.sample("a"))
        let end = grant.expiresAt
        for (generation, delay) in [60.0, 120, 180].enumerated() {
            _ = try await store.rotate(
                grant.id, from: generation, successor: "s", until: end.addingTimeInterval(delay))
        }
        _ = try await store.sweep(expiredBefore: end.addingTimeInterval(100), limit: 10)
        #expect(try await store.grant(grant.id) != nil)
        #expect(try await store.sweep(expiredBefore: end.addingTimeInterval(179), limit: 10) == 0)
        #expect(try await store.sweep(expiredBefore: end.addingTimeInterval(180), limit: 10) == 1)
        #expect(try await store.grant(grant.id) == nil)
    }

    /// A sealed successor is kept for its grace window only: it holds upstream tokens.
    package func sweepingForgetsSuccessors() async throws {
        let store = try await inhabitedStore()
        let grant = try await store.grant(.sample("a"))
        _ = try await store.rotate(grant.id, from: 0, successor: "sealed-successor")
        let within = Fixtures.noon(plus: 29.999)
        #expect(try await store.sweep(expiredBefore: within, limit: 10) == 0)
        let standing = try await store.standing(of: 0, in: grant.id, at: within, grace: 30)
        #expect(standing.sealedSuccessor == "sealed-successor")
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 30), limit: 10) == 1)
        // The window is judged by the time the caller tells; only the swept text can be what is missing here.
        #expect(try await store.standing(of: 0, in: grant.id, at: within, grace: 30).isReplayed)
        #expect(try await store.standing(of: 1, in: grant.id, at: within, grace: 30).isCurrent)
    }
}
