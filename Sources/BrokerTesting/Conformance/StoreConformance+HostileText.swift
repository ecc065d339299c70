import OAuth
import Storage
import Testing

extension StoreConformance {
    /// Texts that break stores which paste, truncate, fold or normalise.
    package static let hostileTexts = [
        "'; DROP TABLE clients; --", "\"quoted\" and `ticked`", "back\\slash\\n and \\0", "line\nbreak\r\nand\ttab",
        "", " leading and trailing ", "%_*?", "Žluťoučký kůň", "e\u{301} is not \u{E9}", "👩‍👩‍👧‍👦🇸🇰",
        "\u{202E}right to left\u{200B}", "\u{10FFFF}\u{FFFD}", "null", "0", "1e9",
        String(repeating: "ž", count: 32 * 1024),
    ]

    /// Any text without a NUL comes back byte for byte; one with a NUL is refused, not cut.
    package func textsComeBackAsTheyWere() async throws {
        let store = try await inhabitedStore()
        for (number, text) in Self.hostileTexts.enumerated() {
            var client = try Client.parking
            client.id = ClientID(rawValue: "client-\(number)")
            client.name = text
            client.logoURI = text
            client.postLogoutRedirectURIs = [text, "", text]
            client.providers = .only([ProviderID(rawValue: text), ProviderID(rawValue: "google")])
            try await store.insert(client, event: .sample(.clientCreated))
            let read = try #require(try await store.client(client.id))
            #expect(read == client)
            #expect(read.name.utf8.elementsEqual(text.utf8), "Not even another normal form will do.")

            let identity = Identity(
                provider: Fixtures.pool, subject: "subject \(text)", accountID: AccountID(rawValue: "person-\(number)"),
                claims: PersonClaims(["name": .string(text), text: "as a key"]))
            let person = try await store.recordLogin(identity, at: Fixtures.noon)
            #expect(try await store.person(provider: Fixtures.pool, subject: identity.subject) == person)
            #expect(person.identity.claims == identity.claims)

            let login = Login(
                accountID: identity.accountID, provider: identity.provider, subject: identity.subject,
                authenticatedAt: Fixtures.noon, methods: [text, "", "pwd"], sessionName: text)
            let staged = StagedLogin(
                payloadID: PayloadID(rawValue: "payload \(text)"), login: login, sealedTokens: text,
                expiresAt: Fixtures.noon(plus: 60))
            #expect(try await store.stage(staged, for: staged.payloadID, events: []))
            #expect(try await store.staged(staged.payloadID, at: Fixtures.noon) == .login(staged))

            var event = AuditEvent.sample(.loginFailed)
            event.address = text
            event.reason = text
            try await store.append([event])
            #expect(try await store.events(matching: AuditFilter(limit: 1)) == [event])
        }
    }

    /// A NUL would end a text early in some stores, and so turn one subject into another's.
    package func textsWithNULAreRefused() async throws {
        let store = try await inhabitedStore()
        let anna = SamplePerson.anna
        let impostor = Identity(
            provider: Fixtures.pool, subject: anna.subject(at: Fixtures.pool) + "\0x",
            accountID: AccountID(rawValue: "impostor"), claims: PersonClaims())
        await #expect(throws: StoreError.unstorable) {
            _ = try await store.recordLogin(impostor, at: Fixtures.noon)
        }
        await #expect(throws: StoreError.unstorable) {
            _ = try await store.person(provider: Fixtures.pool, subject: impostor.subject)
        }
        #expect(try await store.account(impostor.accountID) == nil)
        let read = try await store.person(provider: Fixtures.pool, subject: anna.subject(at: Fixtures.pool))
        #expect(read?.identity.claims == anna.claims)
    }
}
