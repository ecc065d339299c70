import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    /// Each algorithm has at most one active key; the one before it retires, and only a retiring one can be removed.
    package func signingKeysRotate() async throws {
        let store = try await emptyStore()
        let first = StoredSigningKey.sample("one")
        let event = AuditEvent.sample(.keyCreated)
        #expect(try await store.insertFirst(first, event: event))
        #expect(try await !store.insertFirst(.sample("two"), event: event))
        let rsa = StoredSigningKey.sample("rsa", algorithm: .rs256, at: Fixtures.noon(plus: 1))
        #expect(try await store.insertFirst(rsa, event: event))
        #expect(try await store.signingKeys() == [first, rsa])
        await #expect(throws: StoreError.notFound) {
            try await store.removeRetiring(first.id, event: .sample(.keyRotated))
        }

        let second = StoredSigningKey.sample("two", at: Fixtures.noon(plus: 2))
        try await store.rotate(to: second, event: .sample(.keyRotated))
        var retired = first
        retired.state = .retiring
        #expect(try await store.signingKeys() == [retired, rsa, second])
        try await store.removeRetiring(first.id, event: .sample(.keyRotated))
        #expect(try await store.signingKeys() == [rsa, second])
        await #expect(throws: StoreError.conflict) {
            try await store.rotate(to: .sample("rsa", algorithm: .es256), event: .sample(.keyRotated))
        }
        #expect(try await store.signingKeys() == [rsa, second])
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
