import BrokerTesting
import Foundation
import OAuth
import Storage
import StorageSQLite
import Testing

@testable import Broker

@Suite("Signing keys on several nodes")
struct KeyRotationTests {
    /// A node: its own memory and its own clock, on the database of all.
    private struct Node {
        let keys: SigningKeys
        let clock: StoppedClock
    }

    private struct NoClaims: JSONWritable {
        func write(to json: inout JSONWriter) {}
    }

    private static let day = 86_400.0
    private let store: SQLiteStore
    private let nodes: [Node]
    private let folder: TemporaryFolder

    init() async throws {
        let folder = try TemporaryFolder()
        let (store, broker) = try await Self.store(in: folder)
        self.folder = folder
        self.store = store
        var nodes: [Node] = []
        // Their clocks differ by seconds.
        for (number, skew) in [-2.0, 0, 2].enumerated() {
            let clock = StoppedClock(at: Fixtures.noon(plus: skew))
            let keys = SigningKeys(
                store: store, keyRing: broker.environment.keyRing, clock: clock,
                random: SeededRandom(seed: UInt64(number) + 100), schedule: KeySchedule(days: 10))
            try await keys.prepare()
            nodes.append(Node(keys: keys, clock: clock))
        }
        self.nodes = nodes
    }

    private static func store(in folder: TemporaryFolder) async throws -> (SQLiteStore, BrokerFixture) {
        let store = try SQLiteStore(path: folder.file())
        return (store, try await BrokerFixture(store: store))
    }

    private func pass(_ seconds: Double) {
        for node in nodes { node.clock.advance(by: seconds) }
    }

    /// The key that `node` signs with now.
    private func signer(_ node: Node) throws -> String {
        let token = try node.keys.sign(NoClaims(), as: .idToken, with: .es256)
        let header = try #require(token.reveal().split(separator: ".").first)
        let bytes = try #require(Base64URL.decode(header))
        return try #require(JSONDecoder().decode([String: String].self, from: Data(bytes))["kid"])
    }

    private func ids(_ node: Node) -> Set<String> { Set(node.keys.publicKeys().keys.map(\.id.rawValue)) }

    private func states() async throws -> [StoredSigningKey.State] {
        try await store.signingKeys().filter { $0.algorithm == .es256 }.map(\.state)
    }

    @Test("Over a month with nodes that read the keys when they please, none signs with a key that another lacks")
    func month() async throws {
        var (rotations, last) = (0, try signer(nodes[0]))
        for hour in 0..<(31 * 24) {
            pass(3600)
            // Each reads at hours of its own; the slowest every five, still more often than the notice.
            for (number, node) in nodes.enumerated() where hour.isMultiple(of: 2 * number + 1) {
                try await node.keys.advance()
            }
            let signers = Set(try nodes.map(signer))
            for node in nodes { #expect(ids(node).isSuperset(of: signers), "hour \(hour)") }
            #expect(signers.count <= 2)
            let now = try signer(nodes[0])
            if now != last { (rotations, last) = (rotations + 1, now) }
        }
        #expect(rotations == 3)
        // Ten days each; what has long retired is gone.
        #expect(try await store.signingKeys().count <= 2 * SignatureAlgorithm.standing.count)
    }

    @Test("All nodes change over at the stored time, whether they have taken the step or not")
    func changeOver() async throws {
        let old = try signer(nodes[0])
        pass(9 * Self.day)
        for node in nodes { try await node.keys.advance() }
        for node in nodes { try await node.keys.reload() }
        #expect(try await states() == [.active, .next])
        pass(Self.day - 3)
        #expect(Set(try nodes.map(signer)) == [old])
        pass(6)
        #expect(try await states() == [.active, .next])
        let new = Set(try nodes.map(signer))
        #expect(new.count == 1 && !new.contains(old))
        try await nodes[2].keys.advance()
        #expect(try await states() == [.retiring, .active])
        #expect(Set(try nodes.map(signer)) == new)
        for node in nodes { #expect(ids(node).contains(old)) }
        pass(3600 + 600 - 1)
        try await nodes[2].keys.advance()
        #expect(ids(nodes[2]).contains(old))
        pass(1)
        try await nodes[2].keys.advance()
        #expect(!ids(nodes[2]).contains(old))
    }

    @Test("Nodes that take the same steps at once take each one once")
    func atOnce() async throws {
        for due in [9 * Self.day, Self.day + 5] {
            pass(due)
            let taken = try await withThrowingTaskGroup(of: [KeySchedule.Step].self) { group in
                for node in nodes { group.addTask { try await node.keys.advance() } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(taken.count == SignatureAlgorithm.standing.count)
            for node in nodes { try await node.keys.reload() }
            #expect(Set(nodes.map(ids)).count == 1)
        }
        #expect(try await states() == [.retiring, .active])
        let kinds = try await store.events(matching: AuditFilter(kind: .keyRotated))
        #expect(kinds.count == SignatureAlgorithm.standing.count)
    }

    @Test("By command the key that waits is used as soon as it has been published long enough")
    func hastened() async throws {
        pass(9 * Self.day)
        try await nodes[1].keys.advance()
        pass(Self.day / 2)
        let id = try await nodes[1].keys.rotate(.es256, .planned)
        let next = try #require(try await store.signingKeys().first { $0.id == id })
        #expect(next.state == .next)
        #expect(next.signsFrom == next.createdAt.addingTimeInterval(Self.day))
        // Again: it is under way already.
        #expect(try await nodes[0].keys.rotate(.es256, .planned) == id)
        #expect(try await states() == [.active, .next])
    }

    @Test("In an emergency a fresh key takes over within seconds, and the one that waited never signs")
    func compromised() async throws {
        pass(9 * Self.day)
        for node in nodes { try await node.keys.advance() }
        let old = try signer(nodes[1])
        let waiting = try #require(
            try await store.signingKeys().first { $0.algorithm == .es256 && $0.state == .next }
        ).id
        let fresh = try await nodes[1].keys.rotate(.es256, .compromised)
        #expect(fresh != waiting)
        pass(5)
        for node in nodes { try await node.keys.advance() }
        #expect(Set(try nodes.map(signer)) == [old])
        for node in nodes { #expect(ids(node).isSuperset(of: [old, fresh.rawValue, waiting.rawValue])) }
        pass(12)
        #expect(Set(try nodes.map(signer)) == [fresh.rawValue])
        try await nodes[0].keys.advance()
        #expect(try await states() == [.retiring, .retiring, .active])
        pass(Self.day)
        try await nodes[0].keys.advance()
        #expect(try await states() == [.active])
        #expect(Set(try nodes.map(signer)) == [fresh.rawValue])
    }
}
