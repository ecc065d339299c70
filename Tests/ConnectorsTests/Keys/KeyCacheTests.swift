import FoundationEssentials
import OAuth
import Synchronization
import Testing

@testable import Connectors

@Suite("Key sets: fetched when needed, by one at a time, not too often", .timeLimit(.minutes(1)))
struct KeyCacheTests {
    private static let now = OpenIDFixture.now
    private static let es256: Set<UpstreamAlgorithm> = [.es256]

    /// A provider whose answers are counted and may be held back.
    private final class Source: Sendable {
        private struct State {
            var keys: [ForgeKey]
            var failure: ConnectorError?
            var count = 0
            var gate: AsyncStream<Void>?
        }
        private let state: Mutex<State>

        init(_ keys: ForgeKey...) { state = Mutex(State(keys: keys)) }

        var count: Int { state.withLock(\.count) }
        func publish(_ keys: ForgeKey...) { state.withLock { $0.keys = keys } }
        func fail(_ failure: ConnectorError?) { state.withLock { $0.failure = failure } }

        /// Holds answers back until the returned continuation finishes.
        func hold() -> AsyncStream<Void>.Continuation {
            let (gate, continuation) = AsyncStream.makeStream(of: Void.self)
            state.withLock { $0.gate = gate }
            return continuation
        }

        func fetch() async throws(ConnectorError) -> PublishedKeys {
            let gate = state.withLock { state in
                state.count += 1
                return state.gate
            }
            if let gate { for await _ in gate {} }
            if Task.isCancelled { throw .unavailable(cause: "cancelled") }
            let (keys, failure) = state.withLock { ($0.keys, $0.failure) }
            if let failure { throw failure }
            let document = JSONValue.object(["keys": .array(keys.map { .object($0.jwk) })])
            guard let published = try? JSONDecoder().decode(PublishedKeys.self, from: Data(document.bytes)) else {
                throw .misbehaved(cause: "unreadable")
            }
            return published
        }

        func cache() -> KeyCache {
            KeyCache(FreshValue { (_: Date) async throws(ConnectorError) in try await self.fetch() })
        }
    }

    private func header(_ kid: String) throws -> CompactJWS.Header {
        let token = ForgedToken([:], signedWith: .p256(kid))
        return try CompactJWS(token.secret()).header
    }

    private func find(_ kid: String, in cache: KeyCache, after seconds: Double = 0) async throws -> ConnectorError? {
        let header = try header(kid)
        return await connectorError { () async throws(ConnectorError) in
            try await cache.candidates(for: header, among: Self.es256, at: Self.now.addingTimeInterval(seconds))
        }
    }

    @Test func `Nothing is fetched before a key is needed, and nothing twice`() async throws {
        let source = Source(.p256("a"), .p256("b"))
        let cache = source.cache()
        #expect(source.count == 0)
        for kid in ["a", "b", "a"] { #expect(try await find(kid, in: cache) == nil) }
        #expect(source.count == 1)
    }

    @Test func `Made-up key ids cause three fetches at once, and then one in thirty seconds`() async throws {
        let source = Source(.p256("a"))
        let cache = source.cache()
        #expect(try await find("a", in: cache) == nil)
        for second in 0..<30 {
            for number in 0..<10 {
                let kid = "made-up-\(second)-\(number)"
                #expect(try await find(kid, in: cache, after: Double(second)) == .untrusted(.unknownKey))
            }
        }
        #expect(source.count == 1 + 3)
        #expect(try await find("made-up", in: cache, after: 31) == .untrusted(.unknownKey))
        #expect(source.count == 1 + 4)
        #expect(try await find("made-up", in: cache, after: 32) == .untrusted(.unknownKey))
        #expect(source.count == 1 + 4)
        #expect(try await find("a", in: cache, after: 32) == nil)
    }

    @Test func `A key that appears right after the keys were fetched is found`() async throws {
        let source = Source(.p256("a"))
        let cache = source.cache()
        #expect(try await find("a", in: cache) == nil)
        for (kid, seconds) in [("b", 1.0), ("c", 2), ("d", 2.5)] {
            source.publish(.p256("a"), .p256(kid))
            #expect(try await find(kid, in: cache, after: seconds) == nil)
        }
        #expect(source.count == 4)
    }

    @Test func `A rotation in the middle of many logins is noticed with one fetch`() async throws {
        let source = Source(.p256("old"))
        let cache = source.cache()
        #expect(try await find("old", in: cache) == nil)
        source.publish(.p256("new"))
        let gate = source.hold()
        try await withThrowingTaskGroup(of: ConnectorError?.self) { group in
            for _ in 0..<50 {
                group.addTask { try await find("new", in: cache, after: 60) }
            }
            while source.count < 2 { await Task.yield() }
            gate.finish()
            for try await error in group { #expect(error == nil) }
        }
        #expect(source.count == 2)
        #expect(try await find("old", in: cache, after: 60) == .untrusted(.unknownKey))
        #expect(source.count == 2)
    }

    @Test func `Whoever leads a fetch may be cancelled without the others losing it`() async throws {
        let source = Source(.p256("a"))
        let cache = source.cache()
        let gate = source.hold()
        try await withThrowingTaskGroup(of: ConnectorError?.self) { others in
            try await withThrowingTaskGroup(of: ConnectorError?.self) { leader in
                leader.addTask { try await find("a", in: cache) }
                while source.count < 1 { await Task.yield() }
                for _ in 0..<10 { others.addTask { try await find("a", in: cache) } }
                leader.cancelAll()
                let error = try await leader.next()
                #expect(error == .some(.unavailable(cause: "cancelled")))
            }
            gate.finish()
            for try await error in others { #expect(error == nil) }
        }
        #expect(source.count == 2)
    }

    @Test func `Whoever waits may be cancelled without disturbing the fetch`() async throws {
        let source = Source(.p256("a"))
        let cache = source.cache()
        let gate = source.hold()
        try await withThrowingTaskGroup(of: ConnectorError?.self) { leader in
            leader.addTask { try await find("a", in: cache) }
            while source.count < 1 { await Task.yield() }
            try await withThrowingTaskGroup(of: ConnectorError?.self) { waiter in
                waiter.addTask { try await find("a", in: cache) }
                waiter.cancelAll()
                let error = try await waiter.next()
                #expect(error == .some(.unavailable(cause: "cancelled")))
            }
            gate.finish()
            let error = try await leader.next()
            #expect(error == .some(nil))
        }
        #expect(source.count == 1)
    }

    @Test func `A provider that is down is asked again at once while there are no keys`() async throws {
        let source = Source(.p256("a"))
        let down = ConnectorError.unavailable(cause: "down")
        source.fail(down)
        let cache = source.cache()
        #expect(try await find("a", in: cache) == down)
        source.fail(nil)
        #expect(try await find("a", in: cache) == nil)
    }

    @Test func `A key that is missing while the provider is down is a provider that is down`() async throws {
        let source = Source(.p256("a"))
        let down = ConnectorError.unavailable(cause: "down")
        let cache = source.cache()
        #expect(try await find("a", in: cache) == nil)
        source.fail(down)
        #expect(try await find("b", in: cache, after: 40) == down)
        #expect(try await find("b", in: cache, after: 41) == down)
        #expect(try await find("a", in: cache, after: 41) == nil)
        #expect(source.count == 2)
    }

    @Test func `Keys are renewed after an hour, so that a withdrawn one stops working`() async throws {
        let source = Source(.p256("a"))
        let cache = source.cache()
        #expect(try await find("a", in: cache) == nil)
        source.publish(.p256("b"))
        #expect(try await find("a", in: cache, after: 3600) == nil)
        #expect(try await find("a", in: cache, after: 3601) == .untrusted(.unknownKey))
        #expect(source.count == 2)
    }

    @Test func `Old keys stay in use for a day if the provider is down`() async throws {
        let source = Source(.p256("a"))
        let cache = source.cache()
        #expect(try await find("a", in: cache) == nil)
        source.fail(.unavailable(cause: "down"))
        #expect(try await find("a", in: cache, after: 7200) == nil)
        #expect(try await find("a", in: cache, after: 86_400) == nil)
        #expect(try await find("a", in: cache, after: 90_000) == .unavailable(cause: "down"))
    }

    @Test func `A clock that was set back does not silence the cache`() async throws {
        let source = Source(.p256("a"))
        let cache = source.cache()
        #expect(try await find("a", in: cache, after: 100_000) == nil)
        source.publish(.p256("b"))
        #expect(try await find("b", in: cache) == nil)
    }
}
