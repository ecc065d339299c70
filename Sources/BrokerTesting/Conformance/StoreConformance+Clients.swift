import OAuth
import Storage
import Testing

extension StoreConformance {
    /// A client comes back as it was registered, field by field.
    package func clientsRoundTrip() async throws {
        let store = try await emptyStore()
        for client in [try Client.transport, try .parking, try .billing] {
            #expect(try await store.client(client.id) == nil)
            try await store.insert(client, event: .sample(.clientCreated))
            let read = try #require(try await store.client(client.id))
            #expect(read.name == client.name)
            #expect(read.logoURI == client.logoURI)
            #expect(read.redirectURIs == client.redirectURIs)
            #expect(read.postLogoutRedirectURIs == client.postLogoutRedirectURIs)
            #expect(read.authentication == client.authentication)
            #expect(read.grantTypes == client.grantTypes)
            #expect(read.allowedScope == client.allowedScope)
            #expect(read.tokenProfile == client.tokenProfile)
            #expect(read.idTokenAlgorithm == client.idTokenAlgorithm)
            #expect(read.consent == client.consent)
            #expect(read.providers == client.providers)
            #expect(read.introspection == client.introspection)
            #expect(read.subjects == client.subjects)
            #expect(read.upstreamTokenEncryption == client.upstreamTokenEncryption)
            #expect(read.backChannelLogout == client.backChannelLogout)
            #expect(read.upstreamTokenProviders == client.upstreamTokenProviders)
            #expect(read.resources == client.resources)
            #expect(read.delegates == client.delegates)
            #expect(read.frontChannelLogout == client.frontChannelLogout)
            #expect(read == client)
        }
        #expect(try await store.clients().map(\.id.rawValue) == ["billing", "parking", "transport"])
    }

    /// A thing that counts once is used once, apart from every other, and forgotten when it has expired.
    package func whatCountsOnceIsUsedOnce() async throws {
        let store = try await emptyStore()
        let (one, other) = (Fixtures.digest("one"), Fixtures.digest("other"))
        let expiry = Fixtures.noon(plus: 60)
        #expect(try await !store.isUsed(one))
        #expect(try await store.useOnce(one, until: expiry, events: []))
        #expect(try await !store.useOnce(one, until: expiry, events: [.sample(.tokenRevoked)]))
        #expect(try await store.isUsed(one))
        #expect(try await !store.isUsed(other))
        #expect(try await store.events(matching: AuditFilter()).isEmpty)
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 59), limit: 10) == 0)
        #expect(try await store.sweep(expiredBefore: expiry, limit: 10) == 1)
        #expect(try await !store.isUsed(one))
    }

    /// A client id is taken once, and only what exists can be replaced or deleted; a refusal records nothing.
    package func clientsAreRegisteredOnce() async throws {
        let store = try await emptyStore()
        var client = try Client.transport
        await #expect(throws: StoreError.notFound) { try await store.replace(client, event: .sample(.clientChanged)) }
        await #expect(throws: StoreError.notFound) {
            try await store.deleteClient(client.id, event: .sample(.clientDeleted))
        }
        try await store.insert(client, event: .sample(.clientCreated))
        await #expect(throws: StoreError.conflict) { try await store.insert(client, event: .sample(.clientCreated)) }
        #expect(try await store.events(matching: AuditFilter()).map(\.kind) == [.clientCreated])

        client.name = "Renamed"
        client.authentication = .publicClient
        client.providers = .only([])
        client.subjects = .pairwise(Sector(storedHost: "city.example", uri: nil))
        try await store.replace(client, event: .sample(.clientChanged))
        #expect(try await store.client(client.id) == client)
        #expect(try await store.events(matching: AuditFilter()).map(\.kind) == [.clientCreated, .clientChanged])
    }

    /// Deleting a client ends all that was granted to it, and to no other, for good.
    package func deletingAClientEndsItsGrants() async throws {
        let store = try await inhabitedStore()
        let client = try Client.transport
        let grant = try await store.grant(.sample("a"))
        let unredeemed = IssuedCode.sample("b")
        let consent = RememberedConsent(
            accountID: SamplePerson.anna.accountID, clientID: client.id, scope: Scope(["email"]),
            grantedAt: Fixtures.noon)
        #expect(
            try await store.issue(unredeemed, consuming: .nothing, consent: consent, at: Fixtures.noon, events: []))
        let other = try await store.grant(.sample("c", client: ClientID(rawValue: "parking")))

        try await store.deleteClient(client.id, event: .sample(.clientDeleted))
        #expect(try await store.client(client.id) == nil)
        try await store.insert(client, event: .sample(.clientCreated))

        #expect(try await store.grant(grant.id)?.isLive(at: Fixtures.noon) != true)
        #expect(try await store.standing(of: 0, in: grant.id, at: Fixtures.noon, grace: 30) == .ended)
        #expect(try await store.rotate(grant.id, from: 0, successor: "s") == .ended)
        #expect(try await store.redeem(unredeemed).granted == nil)
        #expect(
            try await store.consentedScope(account: SamplePerson.anna.accountID, client: client.id).isEmpty)
        #expect(try await store.grant(other.id) == other)
    }
}
