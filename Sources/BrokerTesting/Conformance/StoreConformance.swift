import OAuth
package import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What every store has to guarantee, as one suite: each function is one group and runs on a fresh, empty database.
package struct StoreConformance: Sendable {
    let makeNodes: @Sendable () async throws -> [any Store]

    /// Runs the suite against what `makeNodes` returns: one or more stores that share one fresh, empty database, as the
    /// nodes of a cluster do, or the command line and a running server. Races are run between all of them.
    package init(makeNodes: @escaping @Sendable () async throws -> [any Store]) {
        self.makeNodes = makeNodes
    }

    /// A store of a fresh database.
    func emptyStore() async throws -> any Store {
        try #require(try await makeNodes().first)
    }

    /// A store with the two sample clients, and Anna and Boris, who have logged in at the pool a minute before noon.
    func inhabitedStore() async throws -> any Store {
        try #require(try await inhabitedNodes().first)
    }

    /// All the nodes of what ``inhabitedStore()`` returns one of.
    func inhabitedNodes() async throws -> [any Store] {
        let nodes = try await makeNodes()
        let store = try #require(nodes.first)
        for client in [try Client.transport, try Client.parking] {
            try await store.insert(client, event: .sample(.clientCreated))
        }
        for person in [SamplePerson.anna, .boris] {
            _ = try await store.recordLogin(person.identity(), at: Fixtures.noon(plus: -60))
        }
        return nodes
    }
}

extension AuthorizationStore {
    /// Redeems `code` as a client would whom nothing is held against.
    func redeem(_ code: IssuedCode, at time: Date = Fixtures.noon) async throws -> CodeRedemption {
        try await redeem(
            code.digest, at: time, limit: nil, judge: { .success($0.grant(at: time)) }, events: { _ in [] })
    }

    /// Issues `code` to a session that needed no login, and redeems it.
    func grant(_ code: IssuedCode) async throws -> Grant {
        #expect(try await issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        return try #require(try await redeem(code).granted)
    }
}

extension CodeRedemption {
    var granted: Grant? {
        guard case .granted(let grant, _, _) = self else { return nil }
        return grant
    }

    var refused: OAuthError? {
        guard case .refused(let error, _) = self else { return nil }
        return error
    }

    var replayed: IssuedCode? {
        guard case .replayed(let code) = self else { return nil }
        return code
    }

    var expired: IssuedCode? {
        guard case .expired(let code) = self else { return nil }
        return code
    }

    var isUnknown: Bool {
        guard case .unknown = self else { return false }
        return true
    }
}

extension GrantStore {
    /// Rotates as the token endpoint does, with a grace window of 30 seconds; the grant ends when it would have before.
    func rotate(
        _ grant: GrantID, from generation: Int, successor: String, at time: Date = Fixtures.noon,
        until expiry: Date = Fixtures.noon(plus: 3600)
    ) async throws -> RefreshStanding {
        try await rotate(
            grant, from: generation, sealedSuccessor: successor, at: time, grace: 30, until: expiry,
            events: { _ in [] })
    }
}
