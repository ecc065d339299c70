import BrokerTesting
import Foundation
import Logging
import OAuth
import Storage
import StorageSQLite
import Testing

@testable import Broker

@Suite("What rests under an old master key")
struct ResealerTests {
    private let scene: Scene
    private let old: MasterKey
    private let new: MasterKey
    private let ring: KeyRing

    init() async throws {
        (old, new) = (Self.key(1), Self.key(2))
        scene = try await Scene()
        ring = try KeyRing([old])
    }

    private static func key(_ seed: UInt64) -> MasterKey {
        var generator = SplitMix64(seed: seed)
        return MasterKey(RandomBytes(from: &generator))
    }

    private var store: any Store { scene.broker.store }

    private func resealer(_ ring: KeyRing) -> Resealer {
        Resealer(
            store: store, keyRing: ring, random: scene.environment.random, logger: Logger(label: "test"))
    }

    private func keep(_ count: Int, from first: Int = 0) async throws {
        for number in first..<(first + count) {
            let sealed = try ring.sealJSON(
                "request \(number)", as: .payload, for: "", salt: scene.environment.random.salt())
            #expect(
                try await store.keepRequest(
                    sealed.text, as: Fixtures.digest("\(number)"), until: Fixtures.noon(plus: 900)))
        }
    }

    private func kept(_ number: Int, openedBy ring: KeyRing) async throws -> String {
        let sealed = try #require(try await store.keptRequest(Fixtures.digest("\(number)"), at: Fixtures.noon))
        return try ring.openJSON(sealed, as: .payload, into: String.self).value
    }

    @Test("Every row is sealed anew, in batches, and opens without the old key")
    func everything() async throws {
        try await keep(450)
        try ring.replace(with: [new, old])
        let outcome = try await resealer(ring).pass()
        #expect(outcome.resealed == 450)
        // What the fixture has sealed itself is under a key of its own, which is not in this ring.
        #expect(outcome.unopened == [.signingKeys: SignatureAlgorithm.standing.count, .lastingSecrets: 1])
        let alone = try KeyRing([new])
        for number in [0, 199, 200, 449] {
            #expect(try await kept(number, openedBy: alone) == "request \(number)")
        }
        #expect(try await resealer(ring).pass().resealed == 0)
    }

    @Test("Where it stopped half way, both keys are needed and nothing is lost; the next pass does the rest")
    func interrupted() async throws {
        try await keep(30)
        try ring.replace(with: [new, old])
        _ = try await resealer(ring).pass()
        try ring.replace(with: [old, new])
        try await keep(30, from: 30)
        try ring.replace(with: [new, old])
        for number in 0..<60 { #expect(try await kept(number, openedBy: ring) == "request \(number)") }
        #expect(try await resealer(ring).pass().resealed == 30)
        let alone = try KeyRing([new])
        for number in 0..<60 { #expect(try await kept(number, openedBy: alone) == "request \(number)") }
    }

    @Test("Nodes that do it at once do each row once")
    func atOnce() async throws {
        try await keep(300)
        try ring.replace(with: [new, old])
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<3 {
                let resealer = resealer(ring)
                group.addTask { try await resealer.pass().resealed }
            }
            return try await group.reduce(0, +)
        }
        #expect(total == 300)
    }

    @Test("An old key is needed while anything rests under it or a client holds a token of its time")
    func standings() async throws {
        try await keep(3)
        try await scene.broker.enrol(.anna)
        let code = try await scene.code(for: SampleRequest(try .parking), in: scene.browser())
        _ = try await scene.redeem(code, as: try .parking)
        let rotation = Fixtures.noon(plus: 60)
        let entries = [MasterKeyEntry(key: new, sealsFrom: rotation), MasterKeyEntry(key: old)]
        let inventory = MasterKeyInventory(store: store, clock: scene.clock)

        var standings = try await inventory.standings(of: entries)
        #expect(standings.map(\.role).prefix(2) == [.waiting(rotation), .sealing])
        #expect(standings[1].atRest == [.requests: 3])
        // The fixture's own master key, which has sealed the signing keys.
        #expect(standings.dropFirst(2).map(\.role) == [.missing])

        scene.clock.advance(by: 60)
        try ring.replace(with: entries.keys(at: scene.clock.now))
        standings = try await inventory.standings(of: entries)
        #expect(standings.map(\.role).prefix(2) == [.sealing, .opening(since: rotation)])
        #expect(standings[1].rowCount == 3)
        let grants = try #require(
            try await store.grantsRefreshed(before: Fixtures.noon(plus: 9999), at: scene.clock.now).end)
        #expect(grants > Fixtures.noon(plus: 2 * 86_400))
        #expect(standings[1].tokensEnd == grants)
        _ = try await resealer(ring).pass()
        standings = try await inventory.standings(of: entries)
        #expect(standings[0].atRest == [.requests: 3])
        #expect(standings[1].rowCount == 0)
        #expect(!standings[1].isRemovable(at: grants.addingTimeInterval(-1)))
        #expect(standings[1].isRemovable(at: grants))
    }

    @Test("A key whose end is not known is needed for as long as any grant lives")
    func unknownEnd() async throws {
        let entries = [MasterKeyEntry(key: new), MasterKeyEntry(key: old)]
        let standings = try await MasterKeyInventory(store: store, clock: scene.clock).standings(of: entries)
        #expect(standings[1].role == .opening(since: nil))
        #expect(!standings[1].isRemovable(at: scene.clock.now))
    }
}
