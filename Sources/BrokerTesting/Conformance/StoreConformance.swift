import OAuth
package import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What every store has to guarantee, as one suite; each function is one group, run on a fresh empty store.
package struct StoreConformance: Sendable {
    private let makeStore: @Sendable () async throws -> any Store

    package init(makeStore: @escaping @Sendable () async throws -> any Store) {
        self.makeStore = makeStore
    }

    /// A fresh store with nothing in it.
    func emptyStore() async throws -> any Store { try await makeStore() }

    /// A fresh store with the two sample clients, and Anna and Boris, who have logged in at the pool once.
    func inhabitedStore() async throws -> any Store {
        let store = try await makeStore()
        for client in [try Client.transport, try Client.parking] {
            try await store.insert(client, event: .sample(.clientCreated))
        }
        for person in [SamplePerson.anna, .boris] {
            _ = try await store.recordLogin(person.identity(), at: Fixtures.noon(plus: -60))
        }
        return store
    }
}

extension AuthorizationStore {
    /// Redeems `code` as a client would whom nothing is held against.
    func redeem(_ code: IssuedCode, at time: Date = Fixtures.noon) async throws -> CodeRedemption {
        try await redeem(
            code.digest, at: time, judge: { .success($0.grant(at: time)) }, events: { _ in [] })
    }
}
