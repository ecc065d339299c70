import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    /// The first login makes an account; later ones find it, whatever id they propose, and bring the claims up to date.
    package func loginsFindTheirAccount() async throws {
        let store = try await emptyStore()
        let anna = SamplePerson.anna
        #expect(try await store.person(provider: Fixtures.pool, subject: anna.subject(at: Fixtures.pool)) == nil)
        let first = try await store.recordLogin(anna.identity(), at: Fixtures.noon)
        var expected = anna.identity()
        expected.lastLoginAt = Fixtures.noon
        #expect(first.identity == expected)
        #expect(first.account == Account(id: anna.accountID, status: .active, createdAt: Fixtures.noon))
        let read = try await store.person(provider: Fixtures.pool, subject: anna.subject(at: Fixtures.pool))
        #expect(read == first)
        #expect(try await store.account(anna.accountID) == first.account)

        let newer = PersonClaims(["name": "Anna Nová"])
        let candidate = Identity(
            provider: Fixtures.pool, subject: anna.subject(at: Fixtures.pool),
            accountID: AccountID(rawValue: "another"), claims: newer)
        let second = try await store.recordLogin(candidate, at: Fixtures.noon(plus: 60))
        #expect(second.account == first.account)
        #expect(second.identity.accountID == anna.accountID)
        #expect(second.identity.claims == newer, "A claim the provider has withdrawn must not stay.")
        #expect(second.identity.lastLoginAt == Fixtures.noon(plus: 60))
        #expect(try await store.person(provider: Fixtures.pool, subject: candidate.subject) == second)
        #expect(try await store.account(AccountID(rawValue: "another")) == nil)
    }

    /// The same subject at two providers is two people, and so is a subject in another case or with a space.
    package func identitiesAreExact() async throws {
        let store = try await emptyStore()
        let pairs = [
            ("city-pool", "anna"), ("google", "anna"), ("city-pool", "Anna"), ("city-pool", "anna "),
            ("city-pool", "ann\u{E1}"), ("city-pool", "anna\u{301}"), ("city-poo", "lanna"),
        ]
        for (index, pair) in pairs.enumerated() {
            let person = try await store.recordLogin(
                Identity(
                    provider: ProviderID(rawValue: pair.0), subject: pair.1,
                    accountID: AccountID(rawValue: "account-\(index)"), claims: PersonClaims()),
                at: Fixtures.noon)
            #expect(person.account.id.rawValue == "account-\(index)")
        }
    }

    /// A local account is stored whole or not at all, and its user name is taken once.
    package func localAccountsRoundTrip() async throws {
        let store = try await emptyStore()
        for person in [SamplePerson.boris, .anna] {
            try await store.insert(person.localAccount, event: .sample(.accountCreated))
        }
        let anna = SamplePerson.anna.localAccount
        let read = try #require(try await store.localAccount(userNameKey: "anna"))
        #expect(read.account == anna.account)
        #expect(read.credential == anna.credential)
        #expect(read.identity == anna.identity)
        #expect(try await store.localAccount(userNameKey: "Anna") == nil)
        #expect(try await store.localAccounts().map(\.credential.userName) == ["Anna", "boris"])

        var impostor = SamplePerson(
            accountID: AccountID(rawValue: "impostor"), userName: "anna", name: "A", email: "a@b.example"
        ).localAccount
        impostor.credential.userNameKey = "anna"
        let refused = impostor
        await #expect(throws: StoreError.conflict) {
            try await store.insert(refused, event: .sample(.accountCreated))
        }
        #expect(try await store.account(refused.account.id) == nil)
        #expect(try await store.events(matching: AuditFilter()).count == 2)
    }

    /// Claims are changed one by one, only where they are; null takes one away.
    package func claimsAreChanged() async throws {
        let store = try await inhabitedStore()
        let anna = SamplePerson.anna.identity()
        let changes: [String: JSONValue] = [
            "level": 2, "email_verified": .null, "address": .object(["street": "Hlavná"]),
        ]
        try await store.changeClaims(
            changes, of: anna.subject, at: anna.provider, event: .sample(.accountChanged))
        let read = try #require(try await store.person(provider: anna.provider, subject: anna.subject))
        #expect(read.identity.claims == anna.claims.changed(by: changes))
        #expect(read.identity.claims.values["address"] == .object(["street": "Hlavná"]))
        #expect(read.identity.claims.values["email_verified"] == nil)
        #expect(read.identity.lastLoginAt == Fixtures.noon(plus: -60), "A change is no login.")
        #expect(try await store.events(matching: AuditFilter(kind: .accountChanged)).count == 1)

        let key = try #require(anna.claims.verifiedEmailKey)
        let newcomer = Identity(
            provider: ProviderID(rawValue: "google"), subject: "newcomer",
            accountID: AccountID(rawValue: "account-newcomer"), claims: anna.claims)
        let address = VouchedAddress(key: key, vouchers: [anna.provider, newcomer.provider]) { _ in
            .sample(.accountChanged)
        }
        let found = try await store.recordLogin(newcomer, linking: .byVerifiedEmail(address), at: Fixtures.noon)
        #expect(found.account.id == newcomer.accountID, "An address no longer verified leads to nobody.")

        let boris = SamplePerson.boris.identity()
        #expect(
            try await store.person(provider: boris.provider, subject: boris.subject)?.identity.claims == boris.claims)
        await #expect(throws: StoreError.notFound) {
            try await store.changeClaims(
                changes, of: "nobody", at: anna.provider, event: .sample(.accountChanged))
        }
        #expect(try await store.events(matching: AuditFilter(kind: .accountChanged)).count == 1)
    }

    /// Disabling an account leaves nothing that still works; enabling it again brings none of it back.
    package func disablingAnAccountEndsEverything() async throws {
        let store = try await inhabitedStore()
        let anna = SamplePerson.anna.accountID
        let grant = try await store.grant(.sample("a"))
        let other = try await store.grant(.sample("b", person: .boris))
        let unredeemed = IssuedCode.sample("c")
        #expect(try await store.issue(unredeemed, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        #expect(try await store.stage(.sample("p"), for: PayloadID(rawValue: "p"), events: []))
        try await store.begin(.sample("s"), replacing: nil, events: [])
        try await store.begin(.sample("t", person: .boris), replacing: nil, events: [])

        let event = AuditEvent.sample(.accountChanged, at: Fixtures.noon(plus: 5))
        try await store.setStatus(.disabled, of: anna, event: event)
        #expect(try await store.account(anna)?.status == .disabled)
        try await store.setStatus(.active, of: anna, event: event)

        #expect(try await store.grant(grant.id)?.status == .revoked(at: Fixtures.noon(plus: 5)))
        #expect(try await store.session(Fixtures.digest("s"), at: Fixtures.noon) == nil)
        #expect(try await store.redeem(unredeemed).granted == nil)
        #expect(try await store.staged(PayloadID(rawValue: "p"), at: Fixtures.noon) == .usedUp)
        #expect(try await store.grant(other.id) == other)
        #expect(try await store.session(Fixtures.digest("t"), at: Fixtures.noon) != nil)
        await #expect(throws: StoreError.notFound) {
            try await store.setStatus(.disabled, of: AccountID(rawValue: "nobody"), event: event)
        }
    }

    /// A new password ends the account's sessions; an upgraded hash does not, and never undoes a new password.
    package func passwordsAreReplaced() async throws {
        let store = try await emptyStore()
        let anna = SamplePerson.anna.localAccount
        try await store.insert(anna, event: .sample(.accountCreated))
        try await store.begin(.sample("s"), replacing: nil, events: [])
        let upgraded = PasswordHash(phc: "$argon2id$v=19$m=65536,t=3,p=1$upgraded$hash")
        let chosen = PasswordHash(phc: "$argon2id$v=19$m=65536,t=3,p=1$chosen$hash")
        let old = anna.credential.passwordHash
        try await store.upgradePassword(of: anna.account.id, from: old, to: upgraded)
        #expect(try await store.localAccount(userNameKey: "anna")?.credential.passwordHash == upgraded)
        #expect(try await store.session(Fixtures.digest("s"), at: Fixtures.noon) != nil)

        try await store.setPassword(chosen, of: anna.account.id, event: .sample(.accountChanged))
        #expect(try await store.localAccount(userNameKey: "anna")?.credential.passwordHash == chosen)
        #expect(try await store.session(Fixtures.digest("s"), at: Fixtures.noon) == nil)
        try await store.upgradePassword(of: anna.account.id, from: old, to: upgraded)
        #expect(try await store.localAccount(userNameKey: "anna")?.credential.passwordHash == chosen)
        await #expect(throws: StoreError.notFound) {
            try await store.setPassword(
                chosen, of: SamplePerson.boris.accountID, event: .sample(.accountChanged))
        }
    }
}
