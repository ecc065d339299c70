import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    private static func access(_ name: String, uses: Int = 2) -> InitialAccess {
        InitialAccess(
            id: InitialAccessID(rawValue: name), note: "Parks „department“",
            ceiling: RegistrationCeiling(
                scope: Scope(["openid", "tickets:read"]), providers: .only([Fixtures.pool])),
            createdAt: Fixtures.noon, expiresAt: Fixtures.noon(plus: 60), usesLeft: uses)
    }

    private static func registration(_ client: Client, digest label: String) -> ClientRegistration {
        ClientRegistration(
            clientID: client.id, digest: Fixtures.digest(label), initialAccess: InitialAccessID(rawValue: "a"),
            ceiling: RegistrationCeiling(scope: Scope(["openid"]), providers: .any),
            authenticationMethod: "client_secret_post", registeredAt: Fixtures.noon(plus: 1))
    }

    private static func client(_ id: String) throws -> Client {
        var client = try Client.portal
        client.id = ClientID(rawValue: id)
        return client
    }

    /// Leave to register comes back as it was given, counts until it expires, and is taken back by name.
    package func initialAccessIsKept() async throws {
        let store = try await emptyStore()
        let (first, second) = (Self.access("a"), Self.access("b", uses: 0))
        try await store.insert(first, as: Fixtures.digest("a"), event: .sample(.clientTokenCreated))
        try await store.insert(second, as: Fixtures.digest("b"), event: .sample(.clientTokenCreated))
        #expect(try await store.initialAccesses() == [first, second])
        #expect(try await store.initialAccess(Fixtures.digest("a"), at: Fixtures.noon(plus: 59)) == first)
        #expect(try await store.initialAccess(Fixtures.digest("a"), at: Fixtures.noon(plus: 60)) == nil)
        #expect(try await store.initialAccess(Fixtures.digest("b"), at: Fixtures.noon) == nil, "It has no use left.")
        #expect(try await store.initialAccess(Fixtures.digest("c"), at: Fixtures.noon) == nil)
        try await store.revokeInitialAccess(first.id, event: .sample(.clientTokenRevoked))
        await #expect(throws: StoreError.notFound) {
            try await store.revokeInitialAccess(first.id, event: .sample(.clientTokenRevoked))
        }
        #expect(try await store.initialAccess(Fixtures.digest("a"), at: Fixtures.noon) == nil)
        #expect(try await store.events(matching: AuditFilter(kind: .clientTokenRevoked)).count == 1)
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 60), limit: 10) == 1)
        #expect(try await store.initialAccesses().isEmpty)
    }

    /// A client is registered with its token whole or not at all, changed whole, and forgotten with the client.
    package func clientsRegisterThemselves() async throws {
        let store = try await emptyStore()
        let (token, event) = (Fixtures.digest("token"), AuditEvent.sample(.clientCreated))
        try await store.insert(Self.access("a"), as: token, event: .sample(.clientTokenCreated))
        var client = try Self.client("one")
        var registration = Self.registration(client, digest: "one")
        #expect(try await store.register(client, as: registration, by: token, at: Fixtures.noon, event: event))
        #expect(try await store.registration(registration.digest) == registration)
        #expect(try await store.client(client.id) == client)

        let again = Self.registration(client, digest: "again")
        await #expect(throws: StoreError.conflict) {
            try await store.register(client, as: again, by: token, at: Fixtures.noon, event: event)
        }
        #expect(try await store.initialAccess(token, at: Fixtures.noon)?.usesLeft == 1, "What fails costs no use.")
        let late = try Self.client("late")
        #expect(
            try await !store.register(
                late, as: Self.registration(late, digest: "late"), by: token, at: Fixtures.noon(plus: 60), event: event)
        )
        #expect(try await store.client(late.id) == nil)
        #expect(try await store.events(matching: AuditFilter(kind: .clientCreated)).count == 1)

        client.name = "Renamed"
        registration.authenticationMethod = "none"
        try await store.replace(client, as: registration, event: .sample(.clientChanged))
        #expect(try await store.client(client.id)?.name == "Renamed")
        #expect(try await store.registration(registration.digest) == registration)
        try await store.deleteClient(client.id, event: .sample(.clientDeleted))
        #expect(try await store.registration(registration.digest) == nil)
        await #expect(throws: StoreError.notFound) {
            try await store.replace(client, as: registration, event: .sample(.clientChanged))
        }
        let byHand = try Client.transport
        try await store.insert(byHand, event: event)
        await #expect(throws: StoreError.notFound) {
            try await store.replace(
                byHand, as: Self.registration(byHand, digest: "x"), event: .sample(.clientChanged))
        }
    }

    /// Of many registrations with one token at once, as many succeed as it has uses.
    package func usesAreCountedOnce() async throws {
        let nodes = try await makeNodes()
        let token = Fixtures.digest("token")
        try await nodes[0].insert(Self.access("a", uses: 5), as: token, event: .sample(.clientTokenCreated))
        let successes = try await atOnce(24, on: nodes) { store, number in
            let client = try Self.client("client-\(number)")
            return try await store.register(
                client, as: Self.registration(client, digest: "client-\(number)"), by: token, at: Fixtures.noon,
                event: .sample(.clientCreated))
        }
        #expect(successes.count { $0 } == 5)
        #expect(try await nodes[0].clients().count == 5)
        #expect(try await nodes[0].initialAccess(token, at: Fixtures.noon) == nil)
    }
}
