import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    /// The end of a provider's session ends what it began, with all grants, and nothing of other sessions or people.
    package func upstreamSessionsEnd() async throws {
        let store = try await inhabitedStore()
        for (name, label) in [("up-1", "s"), ("up-1", "t"), ("up-2", "u")] {
            try await store.remember(.sample(name, session: "sid-\(label)"))
            try await store.begin(.sample(label), replacing: nil, events: [])
        }
        try await store.remember(.sample("up-1", session: "sid-b", person: .boris))
        try await store.begin(.sample("b", person: .boris), replacing: nil, events: [])
        let grants = [try await store.grant(.upstream("s")), try await store.grant(.upstream("u"))]

        let anna = SamplePerson.anna
        let outcome = try await store.end(.sample(.session("up-1", subject: anna.subject(at: Fixtures.pool)), "m-1"))
        #expect(outcome == .ended([anna.accountID]))
        for (label, isAlive) in [("s", false), ("t", false), ("u", true), ("b", true)] {
            let session = try await store.session(Fixtures.digest(label), at: Fixtures.noon)
            #expect((session != nil) == isAlive, "\(label)")
        }
        #expect(try await store.grant(grants[0].id)?.status == .revoked(at: Fixtures.noon))
        #expect(try await store.grant(grants[1].id) == grants[1])
        #expect(try await store.nextNoticeDue() == Fixtures.noon)
        #expect(try await store.events(matching: AuditFilter(kind: .sessionEnded)).count == 2)

        #expect(try await store.end(.sample(.session("up-1", subject: nil), "m-1")) == .replayed)
        #expect(try await store.session(Fixtures.digest("b"), at: Fixtures.noon) != nil)
        let rest = try await store.end(.sample(.session("up-1", subject: nil), "m-2"))
        #expect(rest == .ended([SamplePerson.boris.accountID]))
        #expect(try await store.end(.sample(.session("up-1", subject: nil), "m-3")) == .ended([]))
        await #expect(throws: StoreError.conflict, "A login that was on its way comes too late.") {
            try await store.begin(.sample("s"), replacing: nil, events: [])
        }
    }

    /// A login that a front end led belongs to no session here: it ends with any of the person's at the provider.
    package func upstreamSessionsEndFrontEndLogins() async throws {
        let store = try await inhabitedStore()
        let grant = try await store.grant(.upstream("led", session: nil))
        let subject = SamplePerson.anna.subject(at: Fixtures.pool)
        #expect(try await store.end(.sample(.session("up-1", subject: nil), "m-1")) == .ended([]))
        #expect(try await store.grant(grant.id) == grant)
        let outcome = try await store.end(.sample(.session("up-1", subject: subject), "m-2"))
        #expect(outcome == .ended([SamplePerson.anna.accountID]))
        #expect(try await store.grant(grant.id)?.status == .revoked(at: Fixtures.noon))
        #expect(try await store.end(.sample(.session("up-1", subject: subject), "m-3")) == .ended([]))
    }

    /// A logout here spares what may outlive it, and the provider's word of the same logout neither ends nor tells it again.
    package func upstreamSessionsEndOnce() async throws {
        let store = try await inhabitedStore()
        try await store.remember(.sample("up-1", session: "sid-s"))
        try await store.begin(.sample("s"), replacing: nil, events: [])
        let grant = try await store.grant(.upstream("s"))
        _ = try await store.endSession(Fixtures.digest("s"), event: .sample(.sessionEnded))
        #expect(try await store.grant(grant.id) == grant)
        #expect(try await store.end(.sample(.session("up-1", subject: nil), "m")) == .ended([]))
        #expect(try await store.grant(grant.id) == grant)
        #expect(try await store.events(matching: AuditFilter(kind: .sessionEnded)).count == 1)
    }

    /// A session that has ended lets no device in, and what a provider ends of one ends the devices it has let in.
    package func upstreamSessionsEndDevices() async throws {
        let store = try await inhabitedStore()
        try await store.remember(.sample("up-1", session: "sid-s"))
        try await store.begin(.sample("s"), replacing: nil, events: [])
        let (early, late) = (DeviceRequest.sample("early"), DeviceRequest.sample("late"))
        for device in [early, late] { _ = try await store.keepWaiting(device) }
        let approval = DeviceApproval(
            login: SamplePerson.anna.login(sessionName: "sid-device"), scope: Scope(["openid"]), sealedTokens: nil)
        #expect(try await store.decide(.allow(approval), about: early, session: "sid-s") == .decided)
        let grant = try #require(try await store.redeem(early)).grant
        #expect(
            try await store.end(.sample(.session("up-1", subject: nil), "m")) == .ended([SamplePerson.anna.accountID]))
        #expect(try await store.grant(grant.id)?.status == .revoked(at: Fixtures.noon))
        #expect(try await store.decide(.allow(approval), about: late, session: "sid-s") == .gone)
    }

    /// The end of all of a person's sessions at a provider ends what came of that identity.
    package func upstreamPeopleEnd() async throws {
        let store = try await inhabitedStore()
        try await store.remember(.sample("up-1", session: "sid-s"))
        try await store.begin(.sample("s"), replacing: nil, events: [])
        try await store.begin(.sample("b", person: .boris), replacing: nil, events: [])
        let grant = try await store.grant(.upstream("s"))
        let subject = SamplePerson.anna.subject(at: Fixtures.pool)
        #expect(try await store.end(.sample(.person("nobody"), "m-1")) == .ended([]))
        #expect(try await store.end(.sample(.person(subject), "m-2")) == .ended([SamplePerson.anna.accountID]))
        #expect(try await store.session(Fixtures.digest("s"), at: Fixtures.noon) == nil)
        #expect(try await store.session(Fixtures.digest("b"), at: Fixtures.noon) != nil)
        #expect(try await store.grant(grant.id)?.status == .revoked(at: Fixtures.noon))
        #expect(try await store.end(.sample(.session("up-1", subject: nil), "m-3")) == .ended([]), "Forgotten.")
    }

    /// What was remembered again is there until its later expiry, and swept then.
    package func upstreamSessionsAreSwept() async throws {
        let store = try await inhabitedStore()
        try await store.remember(.sample("up-1", session: "sid-s", expiresAt: Fixtures.noon(plus: 10)))
        try await store.remember(.sample("up-1", session: "sid-s", expiresAt: Fixtures.noon(plus: 20)))
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 19), limit: 10) == 0)
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 20), limit: 10) == 1)
        #expect(try await store.end(.sample(.session("up-1", subject: nil), "m")) == .ended([]))
    }

    /// One message delivered many times at once: one delivery counts.
    package func oneMessageCountsOnce() async throws {
        let nodes = try await inhabitedNodes()
        try await nodes[0].remember(.sample("up-1", session: "sid-s"))
        let outcomes = try await atOnce(24, on: nodes) { store, _ in
            try await store.end(.sample(.session("up-1", subject: nil), "m"))
        }
        #expect(outcomes.count { $0 == .ended([SamplePerson.anna.accountID]) } == 1)
        #expect(outcomes.count { $0 == .replayed } == 23)
    }
}

extension UpstreamSession {
    fileprivate static func sample(
        _ name: String, session: String, person: SamplePerson = .anna, expiresAt: Date = Fixtures.noon(plus: 3600)
    ) -> UpstreamSession {
        UpstreamSession(
            provider: Fixtures.pool, name: name, subject: person.subject(at: Fixtures.pool),
            accountID: person.accountID, sessionName: session, expiresAt: expiresAt)
    }
}

extension UpstreamEnding {
    fileprivate static func sample(_ reach: Reach, _ message: String) -> UpstreamEnding {
        UpstreamEnding(
            provider: Fixtures.pool, reach: reach, message: Fixtures.digest(message),
            rememberedUntil: Fixtures.noon(plus: 300)
        ) { account in .sample(.sessionEnded, account: account) }
    }
}

extension IssuedCode {
    /// A code issued in the session `sid-label`, with `offline_access`.
    fileprivate static func upstream(_ label: String) -> IssuedCode { upstream(label, session: "sid-\(label)") }

    fileprivate static func upstream(_ label: String, session: String?) -> IssuedCode {
        let sample = sample(label)
        return IssuedCode(
            digest: sample.digest, grantID: sample.grantID, clientID: sample.clientID, redirect: sample.redirect,
            challenge: sample.challenge, scope: sample.scope, nonce: sample.nonce,
            login: SamplePerson.anna.login(sessionName: session), sealedTokens: sample.sealedTokens,
            expiresAt: sample.expiresAt)
    }
}
