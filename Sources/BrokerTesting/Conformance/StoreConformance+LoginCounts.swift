import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    private static let transport = ClientID(rawValue: "transport")
    private static let parking = ClientID(rawValue: "parking")

    /// Each redeemed code is one login of its account to its client; nothing else counts.
    package func loginsAreCounted() async throws {
        let store = try await inhabitedStore()
        #expect(try await store.logins(to: Self.transport, after: nil, limit: 10).isEmpty)
        let (anna, boris) = (SamplePerson.anna, SamplePerson.boris)
        let (early, late) = (Fixtures.noon(plus: 1), Fixtures.noon(plus: 9))
        for (label, person, time) in [("2", anna, late), ("1", anna, early), ("3", boris, late)] {
            #expect(
                try await store.redeem(.issued(label, to: person, in: store), at: time).granted != nil)
        }
        let replayed = IssuedCode.sample("2")
        #expect(try await store.redeem(replayed, at: Fixtures.noon(plus: 20)).replayed != nil)
        let refused = try await IssuedCode.issued("refused", to: anna, in: store)
        _ = try await store.redeem(
            refused.digest, at: Fixtures.noon(plus: 20), limit: nil,
            judge: { _ in .failure(OAuthError(.invalidGrant, "Not this one.")) }, events: { _ in [] })
        _ = try await store.rotate(GrantID(rawValue: "grant-3"), from: 0, successor: "s", at: Fixtures.noon(plus: 20))

        let annas = ClientLogins(accountID: anna.accountID, count: 2, firstAt: early, latestAt: late)
        let boriss = ClientLogins(accountID: boris.accountID, count: 1, firstAt: late, latestAt: late)
        #expect(try await store.logins(to: Self.transport, after: nil, limit: 10) == [annas, boriss])
        #expect(try await store.logins(to: Self.parking, after: nil, limit: 10).isEmpty)
        #expect(try await store.logins(to: ClientID(rawValue: "unknown"), after: nil, limit: 10).isEmpty)
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 86400), limit: 100) > 0)
        #expect(try await store.logins(to: Self.transport, after: nil, limit: 10) == [annas, boriss])
    }

    /// What was counted when its code was swept, and what has yet to be, add up.
    package func countedAndLaterLoginsAddUp() async throws {
        let store = try await inhabitedStore()
        let (anna, boris) = (SamplePerson.anna, SamplePerson.boris)
        for (label, person) in [("1", anna), ("2", anna), ("3", boris)] {
            _ = try await store.redeem(.issued(label, to: person, in: store), at: Fixtures.noon(plus: 1))
        }
        #expect(try await store.sweep(expiredBefore: Fixtures.noon(plus: 60), limit: 2) > 0)
        let late = Fixtures.noon(plus: 9)
        _ = try await store.redeem(.issued("4", to: anna, in: store), at: late)
        let first = Fixtures.noon(plus: 1)
        let annas = ClientLogins(accountID: anna.accountID, count: 3, firstAt: first, latestAt: late)
        let boriss = ClientLogins(accountID: boris.accountID, count: 1, firstAt: first, latestAt: first)
        #expect(try await store.logins(to: Self.transport, after: nil, limit: 10) == [annas, boriss])
        #expect(try await store.logins(to: Self.transport, after: nil, limit: 1) == [annas])
        #expect(try await store.logins(to: Self.transport, after: anna.accountID, limit: 1) == [boriss])
        while try await store.sweep(expiredBefore: Fixtures.noon(plus: 60), limit: 2) > 0 {}
        #expect(try await store.logins(to: Self.transport, after: nil, limit: 10) == [annas, boriss])
    }

    /// A list is read page by page; what comes between them moves nothing that was or will be shown.
    package func loginsComeInPages() async throws {
        let store = try await inhabitedStore()
        for number in stride(from: 0, to: 10, by: 2) { try await store.logIn(number) }
        let first = try await store.logins(to: Self.transport, after: nil, limit: 2)
        #expect(first.map(\.accountID.rawValue) == ["person-0", "person-2"])
        try await store.logIn(1)
        try await store.logIn(3)
        let second = try await store.logins(to: Self.transport, after: first.last?.accountID, limit: 2)
        #expect(second.map(\.accountID.rawValue) == ["person-3", "person-4"])
        let rest = try await store.logins(to: Self.transport, after: second.last?.accountID, limit: 100)
        #expect(rest.map(\.accountID.rawValue) == ["person-6", "person-8"])
        #expect(try await store.logins(to: Self.transport, after: rest.last?.accountID, limit: 1).isEmpty)
        #expect(try await store.logins(to: Self.transport, after: nil, limit: 0).isEmpty)
    }

    /// A client that is deleted takes its counts along; one of the same name begins at nothing.
    package func deletedClientsForgetLogins() async throws {
        let store = try await inhabitedStore()
        _ = try await store.grant(.sample("a"))
        try await store.deleteClient(Self.transport, event: .sample(.clientDeleted))
        try await store.insert(try Client.transport, event: .sample(.clientCreated))
        #expect(try await store.logins(to: Self.transport, after: nil, limit: 10).isEmpty)
    }

    /// Fifty logins at once are fifty.
    package func manyLoginsAreCounted() async throws {
        let nodes = try await inhabitedNodes()
        var codes: [IssuedCode] = []
        for number in 0..<50 { codes.append(try await .issued("\(number)", to: .anna, in: nodes[0])) }
        _ = try await atOnce(50, on: nodes) { [codes] store, number in
            try await store.redeem(codes[number]).granted != nil
        }
        #expect(try await nodes[0].logins(to: Self.transport, after: nil, limit: 10).map(\.count) == [50])
    }
}

extension AuthorizationStore where Self: AccountStore {
    fileprivate func logIn(_ number: Int) async throws {
        let person = SamplePerson(
            accountID: AccountID(rawValue: "person-\(number)"), userName: "\(number)", name: "\(number)", email: "")
        _ = try await recordLogin(person.identity(), at: Fixtures.noon)
        _ = try await grant(.sample("login of \(number)", person: person))
    }
}
