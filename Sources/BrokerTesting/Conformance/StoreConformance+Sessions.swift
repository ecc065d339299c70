import OAuth
import Storage
import Testing

extension StoreConformance {
    /// A session lives until it is idle for too long or too old, whichever comes first.
    package func sessionsExpire() async throws {
        let store = try await inhabitedStore()
        let session = Session.sample("s")
        try await store.begin(session, replacing: nil, events: [.sample(.loginSucceeded)])
        let read = try #require(try await store.session(session.digest, at: Fixtures.noon))
        #expect(read.login == session.login)
        #expect(read == session)
        let plain = Session(
            digest: Fixtures.digest("plain"), login: session.login, createdAt: session.createdAt,
            lastSeenAt: session.lastSeenAt, idleLifetime: 600, expiresAt: session.expiresAt)
        try await store.begin(plain, replacing: nil, events: [])
        #expect(try await store.session(plain.digest, at: Fixtures.noon) == plain)
        #expect(try await store.session(Fixtures.digest("other"), at: Fixtures.noon) == nil)
        #expect(try await store.session(session.digest, at: Fixtures.noon(plus: 600)) == nil, "Idle.")

        var time = 0.0
        while time < 3540 {
            time += 590
            let seen = try await store.session(session.digest, at: Fixtures.noon(plus: time))
            #expect(seen?.lastSeenAt == Fixtures.noon(plus: time), "A sight keeps the session alive.")
        }
        #expect(try await store.session(session.digest, at: Fixtures.noon(plus: 3599.999)) != nil)
        #expect(try await store.session(session.digest, at: Fixtures.noon(plus: 3600)) == nil, "Too old.")
        await #expect(throws: StoreError.conflict) {
            try await store.begin(session, replacing: nil, events: [])
        }
    }

    /// A new session ends the one it replaces; an ended session is gone, and ending it again tells so.
    package func sessionsEnd() async throws {
        let store = try await inhabitedStore()
        let (old, new) = (Session.sample("old"), Session.sample("new"))
        try await store.begin(old, replacing: nil, events: [])
        try await store.begin(new, replacing: old.digest, events: [])
        #expect(try await store.session(old.digest, at: Fixtures.noon) == nil)
        #expect(try await store.session(new.digest, at: Fixtures.noon) == new)
        let ended = try await store.endSession(new.digest, event: .sample(.sessionEnded))
        #expect(ended == EndedSession(session: new, clients: []))
        #expect(try await store.endSession(new.digest, event: .sample(.sessionEnded)) == nil)
        #expect(try await store.session(new.digest, at: Fixtures.noon) == nil)
        #expect(try await store.events(matching: AuditFilter(kind: .sessionEnded)).count == 1)
    }

    /// Attempts add up within their window, by exact key, and start anew after it; a success takes them back.
    package func loginFailuresAddUp() async throws {
        let store = try await emptyStore()
        let keys = ["account:anna", "address:192.0.2.1"]
        func attempt(_ keys: [String], _ seconds: Double) async throws {
            #expect(
                try await store.countAttempt(of: keys, at: Fixtures.noon(plus: seconds), window: 60) { _ in 0 } == 0)
        }
        try await attempt(keys, 0)
        try await attempt([keys[0]], 59)
        #expect(
            try await store.counts(of: keys + ["account:Anna"], at: Fixtures.noon(plus: 59)) == [
                keys[0]: LoginFailures(count: 2, lastAt: Fixtures.noon(plus: 59)),
                keys[1]: LoginFailures(count: 1, lastAt: Fixtures.noon),
            ])
        try await attempt(keys, 118)
        let later = try await store.counts(of: keys, at: Fixtures.noon(plus: 118))
        #expect(later[keys[0]] == LoginFailures(count: 3, lastAt: Fixtures.noon(plus: 118)))
        #expect(later[keys[1]] == LoginFailures(count: 1, lastAt: Fixtures.noon(plus: 118)))
        try await store.settleAttempt(cleared: [keys[0]], forgiven: [])
        #expect(try await store.counts(of: keys, at: Fixtures.noon(plus: 118)).keys.sorted() == [keys[1]])
        try await attempt([keys[1]], 119)
        try await store.settleAttempt(cleared: [], forgiven: [keys[1]])
        #expect(try await store.counts(of: keys, at: Fixtures.noon(plus: 119))[keys[1]]?.count == 1)
    }

    /// An attempt that has to wait is not counted, and says how long.
    package func aWaitingAttemptIsNotCounted() async throws {
        let store = try await emptyStore()
        #expect(try await store.countAttempt(of: ["key"], at: Fixtures.noon, window: 60) { _ in 7 } == 7)
        #expect(try await store.counts(of: ["key"], at: Fixtures.noon).isEmpty)
    }
}
