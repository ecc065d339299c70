import OAuth
import Storage
import Testing

extension StoreConformance {
    /// A kept request is found until the moment it expires.
    package func keptRequestsExpire() async throws {
        let store = try await emptyStore()
        let reference = Fixtures.digest("request")
        #expect(try await store.keepRequest("sealed-request", as: reference, until: Fixtures.noon(plus: 60)))
        #expect(try await store.keptRequest(reference, at: Fixtures.noon(plus: 59.999)) == "sealed-request")
        #expect(try await store.keptRequest(reference, at: Fixtures.noon(plus: 60)) == nil)
        #expect(try await store.keptRequest(Fixtures.digest("other"), at: Fixtures.noon) == nil)
        await #expect(throws: StoreError.conflict) {
            try await store.keepRequest("another", as: reference, until: Fixtures.noon(plus: 60))
        }
    }

    /// A login is staged for a payload at most once, also after it was used or has expired.
    package func payloadsAreStagedOnce() async throws {
        let store = try await inhabitedStore()
        let payload = PayloadID(rawValue: "p")
        let login = StagedLogin.sample("p")
        #expect(try await store.staged(payload, at: Fixtures.noon) == .nothing)
        #expect(try await store.stage(login, for: payload, events: [.sample(.loginStaged)]))
        #expect(try await store.staged(payload, at: Fixtures.noon) == .login(login))
        #expect(
            try await !store.stage(.sample("p", person: .boris), for: payload, events: [.sample(.loginStaged)]))
        #expect(try await store.staged(payload, at: Fixtures.noon(plus: 299.999)) == .login(login))
        #expect(try await store.staged(payload, at: Fixtures.noon(plus: 300)) == .usedUp)
        #expect(try await store.events(matching: AuditFilter(kind: .loginStaged)).count == 1)

        let code = IssuedCode.sample("a")
        #expect(try await store.issue(code, consuming: .staged(payload), consent: nil, at: Fixtures.noon, events: []))
        #expect(try await !store.stage(login, for: payload, events: []))
        #expect(try await store.staged(payload, at: Fixtures.noon) == .usedUp)
    }

    /// A login staged under a fresh name uses up both names: only the fresh one continues, and neither is staged again.
    package func aFreshPayloadTakesTheOldOnesPlace() async throws {
        let store = try await inhabitedStore()
        let (original, fresh) = (PayloadID(rawValue: "original"), PayloadID(rawValue: "fresh"))
        let login = StagedLogin.sample("fresh")
        #expect(try await store.stage(login, for: original, events: []))
        #expect(try await store.staged(original, at: Fixtures.noon) == .usedUp)
        #expect(try await store.staged(fresh, at: Fixtures.noon) == .login(login))
        #expect(try await !store.stage(.sample("original"), for: original, events: []))
        #expect(try await !store.stage(.sample("fresh"), for: fresh, events: []))
        #expect(try await !store.stage(.sample("third"), for: original, events: []))
        #expect(try await store.staged(PayloadID(rawValue: "third"), at: Fixtures.noon) == .nothing)
        let code = IssuedCode.sample("a")
        #expect(try await !store.issue(code, consuming: .staged(original), consent: nil, at: Fixtures.noon, events: []))
        #expect(try await store.issue(code, consuming: .staged(fresh), consent: nil, at: Fixtures.noon, events: []))
    }

    /// A staged login becomes one code; a refusal stores neither code nor consent nor event.
    package func stagedLoginsAreConsumedOnce() async throws {
        let store = try await inhabitedStore()
        let payload = PayloadID(rawValue: "p")
        let consent = RememberedConsent(
            accountID: SamplePerson.anna.accountID, clientID: ClientID(rawValue: "transport"),
            scope: Scope(["openid", "email"]), grantedAt: Fixtures.noon)
        let event = AuditEvent.sample(.authorizationGranted)
        let (early, late, good) = (IssuedCode.sample("a"), IssuedCode.sample("b"), IssuedCode.sample("c"))
        #expect(
            try await !store.issue(
                early, consuming: .staged(payload), consent: consent, at: Fixtures.noon, events: [event]))
        #expect(try await store.stage(.sample("p"), for: payload, events: []))
        #expect(
            try await !store.issue(
                late, consuming: .staged(payload), consent: consent, at: Fixtures.noon(plus: 300), events: [event]))
        #expect(try await store.consentedScope(account: consent.accountID, client: consent.clientID).isEmpty)
        #expect(
            try await store.issue(
                good, consuming: .staged(payload), consent: consent, at: Fixtures.noon, events: [event]))
        #expect(
            try await !store.issue(late, consuming: .staged(payload), consent: nil, at: Fixtures.noon, events: [event]))
        #expect(try await store.redeem(early).isUnknown)
        #expect(try await store.redeem(late).isUnknown)
        #expect(try await store.redeem(good).granted != nil)
        #expect(try await store.events(matching: AuditFilter(kind: .authorizationGranted)) == [event])
    }

    /// Consent adds up per account and client, and reaches no other.
    package func consentsAddUp() async throws {
        let store = try await inhabitedStore()
        let anna = SamplePerson.anna.accountID
        let transport = ClientID(rawValue: "transport")
        let steps = [
            ("a", ["openid", "email"], ["name"]), ("b", ["email", "profile"], []), ("c", [], ["picture", "name"]),
        ]
        for (label, scope, claims) in steps {
            let consent = RememberedConsent(
                accountID: anna, clientID: transport, scope: Scope(scope), claims: claims, grantedAt: Fixtures.noon)
            #expect(
                try await store.issue(
                    .sample(label), consuming: .nothing, consent: consent, at: Fixtures.noon, events: []))
        }
        let allowed = try await store.consentedScope(account: anna, client: transport)
        #expect(Set(allowed.tokens) == ["openid", "email", "profile"])
        #expect(try await store.consentedClaims(account: anna, client: transport) == ["name", "picture"])
        #expect(try await store.consentedClaims(account: anna, client: ClientID(rawValue: "parking")).isEmpty)
        #expect(
            try await store.consentedClaims(account: SamplePerson.boris.accountID, client: transport).isEmpty)
        #expect(try await store.consentedScope(account: anna, client: ClientID(rawValue: "parking")).isEmpty)
        #expect(
            try await store.consentedScope(account: SamplePerson.boris.accountID, client: transport).isEmpty)
    }

    /// A payload that a session answers, or that comes to nothing, is used up like any other.
    package func aTravelledPayloadIsUsedUpOnce() async throws {
        let store = try await inhabitedStore()
        let use = PayloadUse.travelled(PayloadID(rawValue: "p"), expiry: Fixtures.noon(plus: 60))
        let (code, later) = (IssuedCode.sample("c"), IssuedCode.sample("d"))
        #expect(try await store.issue(code, consuming: use, consent: nil, at: Fixtures.noon, events: []))
        #expect(try await !store.issue(later, consuming: use, consent: nil, at: Fixtures.noon, events: []))
        let event = AuditEvent.sample(.authorizationDenied)
        #expect(try await !store.useUp(use, at: Fixtures.noon, events: [event]))
        let other = PayloadUse.travelled(PayloadID(rawValue: "q"), expiry: Fixtures.noon(plus: 60))
        #expect(try await store.useUp(other, at: Fixtures.noon, events: [event]))
        #expect(try await !store.issue(later, consuming: other, consent: nil, at: Fixtures.noon, events: []))
        #expect(try await store.events(matching: AuditFilter(kind: .authorizationDenied)).count == 1)
    }
}
