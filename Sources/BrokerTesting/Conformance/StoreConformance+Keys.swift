import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    /// A key goes from next to active to retiring; of each algorithm at most one is next and one active.
    package func signingKeysRotate() async throws {
        let store = try await emptyStore()
        let (event, later) = (AuditEvent.sample(.keyCreated), Fixtures.noon(plus: 9))
        var first = StoredSigningKey.sample("one")
        #expect(try await store.insertFirst(first, event: event))
        #expect(try await !store.insertFirst(.sample("two"), event: event))
        let rsa = StoredSigningKey.sample("rsa", algorithm: .rs256, at: Fixtures.noon(plus: 1))
        #expect(try await store.insertFirst(rsa, event: event))
        #expect(try await store.signingKeys() == [first, rsa])

        var second = StoredSigningKey.sample("two", state: .next, at: Fixtures.noon(plus: 2), signsFrom: later)
        #expect(try await store.publish(second, replacing: nil, removal: later, event: event))
        let third = StoredSigningKey.sample("three", state: .next, at: Fixtures.noon(plus: 3), signsFrom: later)
        #expect(try await !store.publish(third, replacing: nil, removal: later, event: event))
        #expect(try await store.signingKeys() == [first, rsa, second])
        #expect(try await !store.activate(second.id, replacing: rsa.id, removal: later, event: event))
        #expect(try await store.activate(second.id, replacing: first.id, removal: later, event: event))
        (first.state, first.removableAt, second.state) = (.retiring, later, .active)
        #expect(try await store.signingKeys() == [first, rsa, second])
        #expect(try await !store.activate(second.id, replacing: first.id, removal: later, event: event))

        try await store.removeRetiring(first.id, event: .sample(.keyRemoved))
        await #expect(throws: StoreError.notFound) {
            try await store.removeRetiring(second.id, event: .sample(.keyRemoved))
        }
        #expect(try await store.signingKeys() == [rsa, second])
        #expect(try await store.events(matching: AuditFilter()).count == 5)
    }

    /// A key that waits is moved or replaced only by who knows how it stands, and one that is replaced never signs.
    package func waitingKeysAreReplaced() async throws {
        let store = try await emptyStore()
        let (event, removal) = (AuditEvent.sample(.keyScheduled), Fixtures.noon(plus: 900))
        let active = StoredSigningKey.sample("one")
        #expect(try await store.insertFirst(active, event: event))
        var next = StoredSigningKey.sample(
            "two", state: .next, at: Fixtures.noon(plus: 2), signsFrom: Fixtures.noon(plus: 60))
        #expect(try await store.publish(next, replacing: nil, removal: removal, event: event))
        #expect(
            try await !store.reschedule(
                next.id, from: Fixtures.noon(plus: 61), to: Fixtures.noon(plus: 5), event: event))
        #expect(
            try await store.reschedule(next.id, from: next.signsFrom, to: Fixtures.noon(plus: 5), event: event))
        next.signsFrom = Fixtures.noon(plus: 5)
        #expect(try await store.signingKeys() == [active, next])

        let fresh = StoredSigningKey.sample(
            "three", state: .next, at: Fixtures.noon(plus: 3), signsFrom: Fixtures.noon(plus: 18))
        #expect(try await !store.publish(fresh, replacing: active.id, removal: removal, event: event))
        let foreign = StoredSigningKey.sample("rsa", algorithm: .rs256, state: .next)
        #expect(try await !store.publish(foreign, replacing: next.id, removal: removal, event: event))
        #expect(try await store.publish(fresh, replacing: next.id, removal: removal, event: event))
        (next.state, next.removableAt) = (.retiring, removal)
        #expect(try await store.signingKeys() == [active, next, fresh])
        #expect(try await !store.activate(next.id, replacing: active.id, removal: removal, event: event))
        #expect(try await store.events(matching: AuditFilter()).count == 4)
    }

    /// A lasting secret is kept once, and only what is kept now can be sealed again.
    package func lastingSecretsLast() async throws {
        let store = try await emptyStore()
        for name in LastingSecretName.allCases {
            #expect(try await store.lastingSecret(name) == nil)
            #expect(try await !store.replaceLastingSecret("first", with: "second", as: name))
            #expect(try await store.keepLastingSecret("first", as: name) == "first")
            #expect(try await store.keepLastingSecret("another", as: name) == "first")
            #expect(try await store.replaceLastingSecret("first", with: "second", as: name))
            #expect(try await !store.replaceLastingSecret("first", with: "third", as: name))
            #expect(try await store.lastingSecret(name) == "second")
        }
    }

    /// The trail keeps every field, and each filter finds exactly its events, the newest last.
    package func auditEventsAreFound() async throws {
        let store = try await emptyStore()
        let bare = AuditEvent(.loginFailed, at: Fixtures.noon, ray: nil)
        let full = AuditEvent.sample(.tokenIssued, at: Fixtures.noon(plus: 1))
        let boris = AuditEvent.sample(
            .tokenIssued, at: Fixtures.noon(plus: 2), ray: RayID(rawValue: 7), account: SamplePerson.boris.accountID,
            client: ClientID(rawValue: "parking"))
        try await store.append([bare, full])
        try await store.append([])
        try await store.append([boris])
        #expect(try await store.events(matching: AuditFilter()) == [bare, full, boris])
        #expect(try await store.events(matching: AuditFilter(kind: .tokenIssued)) == [full, boris])
        #expect(try await store.events(matching: AuditFilter(account: full.account)) == [full])
        #expect(try await store.events(matching: AuditFilter(client: boris.client)) == [boris])
        #expect(try await store.events(matching: AuditFilter(ray: full.ray)) == [full])
        #expect(try await store.events(matching: AuditFilter(since: Fixtures.noon(plus: 1))) == [full, boris])
        #expect(try await store.events(matching: AuditFilter(limit: 2)) == [full, boris])
        #expect(try await store.events(matching: AuditFilter(limit: 0)).isEmpty)
        #expect(
            try await store.events(matching: AuditFilter(kind: .tokenIssued, account: boris.account, limit: 1))
                == [boris])
        for kind in AuditEvent.Kind.allCases { try await store.append([.sample(kind)]) }
        #expect(
            try await store.events(matching: AuditFilter()).suffix(AuditEvent.Kind.allCases.count).map(\.kind)
                == AuditEvent.Kind.allCases)
    }
}
