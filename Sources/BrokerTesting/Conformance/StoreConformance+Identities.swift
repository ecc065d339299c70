import OAuth
import Storage
import Testing

extension StoreConformance {
    private var google: ProviderID { ProviderID(rawValue: "google") }
    private var linked: AuditEvent { .sample(.identityLinked, at: Fixtures.noon(plus: 9)) }

    /// What `person` is at the second provider, as an identity of `account`.
    private func identity(of person: SamplePerson, for account: AccountID) -> Identity {
        Identity(
            provider: google, subject: person.subject(at: google), accountID: account, claims: person.claims,
            lastLoginAt: Fixtures.noon)
    }

    /// An identity is linked once, found by its account, and logs in to that account from then on.
    package func identitiesAreLinked() async throws {
        let store = try await inhabitedStore()
        let anna = SamplePerson.anna
        let identity = identity(of: anna, for: anna.accountID)
        #expect(try await store.link(identity, from: nil, event: linked) == .linked)
        #expect(try await store.link(identity, from: nil, event: linked) == .alreadyLinked)
        #expect(try await store.identities(of: anna.accountID).map(\.provider) == [Fixtures.pool, google])
        let person = try await store.recordLogin(
            self.identity(of: anna, for: AccountID(rawValue: "new")), at: Fixtures.noon)
        #expect(person.account.id == anna.accountID)
        #expect(try await store.events(matching: AuditFilter(kind: .identityLinked)).count == 1)
        let nobody = self.identity(of: .boris, for: AccountID(rawValue: "nobody"))
        await #expect(throws: StoreError.notFound) { try await store.link(nobody, from: nil, event: linked) }
        try await store.setStatus(.disabled, of: anna.accountID, event: .sample(.accountChanged))
        let disabled = self.identity(of: .boris, for: anna.accountID)
        await #expect(throws: StoreError.notFound) { try await store.link(disabled, from: nil, event: linked) }
    }

    /// An identity changes hands only from the owner that was named, and takes nothing begun by it along.
    package func identitiesChangeHands() async throws {
        let store = try await inhabitedStore()
        let (anna, boris) = (SamplePerson.anna, SamplePerson.boris)
        let taken = Identity(
            provider: Fixtures.pool, subject: boris.subject(at: Fixtures.pool), accountID: anna.accountID,
            claims: boris.claims)
        let grant = try await store.grant(.sample("b", person: .boris))
        try await store.begin(.sample("s", person: .boris), replacing: nil, events: [])
        #expect(try await store.link(taken, from: nil, event: linked) == .ownedBy(boris.accountID))
        #expect(
            try await store.link(taken, from: AccountID(rawValue: "other"), event: linked)
                == .ownedBy(boris.accountID))
        #expect(try await store.grant(grant.id) == grant)
        #expect(try await store.events(matching: AuditFilter(kind: .identityLinked)).isEmpty)

        #expect(try await store.link(taken, from: boris.accountID, event: linked) == .linked)
        #expect(
            try await store.person(provider: Fixtures.pool, subject: taken.subject)?.account.id == anna.accountID)
        #expect(try await store.grant(grant.id)?.isLive(at: Fixtures.noon) == false)
        #expect(try await store.session(Fixtures.digest("s"), at: Fixtures.noon) == nil)
        #expect(try await store.account(boris.accountID)?.status == .active)
    }

    /// The last way into an account stays; another goes with all that was begun by it, and with nothing else.
    package func identitiesAreUnlinked() async throws {
        let store = try await inhabitedStore()
        let anna = SamplePerson.anna
        let event = AuditEvent.sample(.identityUnlinked, at: Fixtures.noon(plus: 9))
        let pool = anna.subject(at: Fixtures.pool)
        #expect(try await !store.unlink(provider: Fixtures.pool, subject: pool, from: anna.accountID, event: event))
        _ = try await store.link(identity(of: anna, for: anna.accountID), from: nil, event: linked)
        let other = anna.subject(at: google)
        #expect(
            try await !store.unlink(provider: google, subject: other, from: SamplePerson.boris.accountID, event: event))
        let kept = try await store.grant(.sample("a"))
        try await store.begin(.sample("s"), replacing: nil, events: [])
        #expect(try await store.unlink(provider: google, subject: other, from: anna.accountID, event: event))
        #expect(try await store.grant(kept.id) == kept)
        #expect(try await store.session(Fixtures.digest("s"), at: Fixtures.noon) != nil)
        #expect(try await store.identities(of: anna.accountID).map(\.provider) == [Fixtures.pool])
        #expect(try await store.events(matching: AuditFilter(kind: .identityUnlinked)).count == 1)

        _ = try await store.link(identity(of: anna, for: anna.accountID), from: nil, event: linked)
        #expect(try await store.unlink(provider: Fixtures.pool, subject: pool, from: anna.accountID, event: event))
        #expect(try await store.grant(kept.id)?.isLive(at: Fixtures.noon) == false)
        #expect(try await store.session(Fixtures.digest("s"), at: Fixtures.noon) == nil)
    }

    /// The identity of a local account is the password's: it is not unlinked, whatever else there is.
    package func localIdentitiesStay() async throws {
        let store = try await emptyStore()
        let anna = SamplePerson.anna.localAccount
        try await store.insert(anna, event: .sample(.accountCreated))
        _ = try await store.link(identity(of: .anna, for: anna.account.id), from: nil, event: linked)
        let removed = try await store.unlink(
            provider: anna.identity.provider, subject: anna.identity.subject, from: anna.account.id,
            event: .sample(.identityUnlinked))
        #expect(!removed)
        #expect(try await store.localAccount(userNameKey: "anna") != nil)
    }

    /// A verified address leads a new identity to the one account that has it from a provider whose word counts.
    package func verifiedAddressesLeadToOneAccount() async throws {
        let anna = SamplePerson.anna
        let rows: [(name: String, vouchers: Set<ProviderID>, key: String, leads: Bool)] = [
            ("vouched for", [Fixtures.pool, google], "anna@city.example", true),
            ("by a provider whose word does not count", [google], "anna@city.example", false),
            ("of nobody", [Fixtures.pool, google], "nobody@city.example", false),
            ("of another spelling", [Fixtures.pool, google], "anna+x@city.example", false),
        ]
        for row in rows {
            let store = try await inhabitedStore()
            let candidate = identity(of: anna, for: AccountID(rawValue: "new"))
            let person = try await store.recordLogin(
                candidate, linking: .byVerifiedEmail(address(row.key, row.vouchers)), at: Fixtures.noon)
            #expect(person.account.id == (row.leads ? anna.accountID : candidate.accountID), "\(row.name)")
            #expect(person.identity.accountID == person.account.id)
            let events = try await store.events(matching: AuditFilter(kind: .identityLinked))
            #expect(events.map(\.account) == (row.leads ? [anna.accountID] : []), "\(row.name)")
        }
    }

    /// An address never leads to an account that is known at the candidate's own provider as somebody else, nor to one
    /// of two; and whoever is known already goes where they went before.
    package func verifiedAddressesDoNotMergePeople() async throws {
        let store = try await inhabitedStore()
        let anna = SamplePerson.anna
        let vouchers: Set<ProviderID> = [Fixtures.pool, google]
        let successor = Identity(
            provider: Fixtures.pool, subject: "successor", accountID: AccountID(rawValue: "successor"),
            claims: anna.claims)
        let linking = IdentityLinking.byVerifiedEmail(address("anna@city.example", vouchers))
        let second = try await store.recordLogin(successor, linking: linking, at: Fixtures.noon)
        #expect(second.account.id == successor.accountID, "The address was given to somebody else at the provider.")

        let atGoogle = identity(of: anna, for: AccountID(rawValue: "third"))
        let third = try await store.recordLogin(atGoogle, linking: linking, at: Fixtures.noon)
        #expect(third.account.id == atGoogle.accountID, "Two accounts have the address.")

        var boris = SamplePerson.boris.identity()
        boris.claims = anna.claims
        let changed = try await store.recordLogin(boris, linking: linking, at: Fixtures.noon)
        #expect(changed.account.id == SamplePerson.boris.accountID, "A changed address must not move anybody.")
    }

    private func address(_ key: String, _ vouchers: Set<ProviderID>) -> VouchedAddress {
        let event = linked
        return VouchedAddress(key: key, vouchers: vouchers) { account in
            var event = event
            event.account = account
            return event
        }
    }
}
