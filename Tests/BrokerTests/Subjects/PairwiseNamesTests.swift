import Broker
import BrokerTesting
import OAuth
import Storage
import StorageSQLite
import Testing

@Suite("OIDC Core §8.1: pairwise names")
struct PairwiseNamesTests {
    private static let anna = AccountID(rawValue: "anna")

    private static func sector(_ host: String) -> Sector { Sector(storedHost: host, uri: nil) }

    private static func key(_ seed: UInt64) -> MasterKey { MasterKey(SeededRandom(seed: seed).bytes(Bits256.self)) }

    @Test("A name is HMAC-SHA256 of sector and account, as another implementation computes it")
    func vector() throws {
        let names = PairwiseNames(CountingBytes.ascending)
        #expect(
            names.name(of: Self.anna, in: Self.sector("city.example")) == "Ygqko3g522qMWvFDePWNmoy_BKz3HmMP2B6ke2rEtG0")
    }

    @Test("Another sector, another account or another secret gives another name, and what names the sector does not")
    func differences() {
        let names = PairwiseNames(CountingBytes.ascending)
        let name = names.name(of: Self.anna, in: Self.sector("a.example"))
        #expect(name == names.name(of: Self.anna, in: Sector(storedHost: "a.example", uri: "https://a.example/x")))
        let others = [
            names.name(of: Self.anna, in: Self.sector("b.example")),
            names.name(of: AccountID(rawValue: "boris"), in: Self.sector("a.example")),
            PairwiseNames(SeededRandom(seed: 5).bytes(Bits256.self)).name(of: Self.anna, in: Self.sector("a.example")),
        ]
        #expect(!others.contains(name) && Set(others).count == 3)
    }

    @Test("Names outlive the process, and the master key")
    func lasting() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        func name(_ keys: [UInt64], _ seed: UInt64) async throws -> String {
            try await PairwiseNames.prepared(
                in: store, keyRing: try KeyRing(keys.map(Self.key)), random: SeededRandom(seed: seed)
            ).name(of: Self.anna, in: Self.sector("a.example"))
        }
        let first = try await name([1], 10)
        let sealed = try await store.lastingSecret(.pairwise)
        #expect(try await name([1], 11) == first)
        #expect(try await store.lastingSecret(.pairwise) == sealed, "nothing is sealed again without need")
        #expect(try await name([2, 1], 12) == first)
        #expect(try await store.lastingSecret(.pairwise) != sealed)
        #expect(try await name([2], 13) == first, "the old key is not needed any more")
        await #expect(throws: SealingFlaw.unknownKey) { try await name([3], 14) }
    }

    @Test("Processes that start at once agree on one secret")
    func race() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        let stores = [try SQLiteStore(path: path), try SQLiteStore(path: path)]
        let ring = try KeyRing([Self.key(1)])
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<16 {
                group.addTask {
                    try await PairwiseNames.prepared(
                        in: stores[index % 2], keyRing: ring, random: SeededRandom(seed: UInt64(index) + 100)
                    ).name(of: Self.anna, in: Self.sector("a.example"))
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names.count == 1)
    }
}

/// The bytes 0 to 31.
private enum CountingBytes {
    static var ascending: RandomBytes<Bits256> {
        var generator = AscendingBytes()
        return RandomBytes(from: &generator)
    }

    private struct AscendingBytes: RandomNumberGenerator {
        private var counter: UInt64 = 0

        mutating func next() -> UInt64 {
            defer { counter += 8 }
            return (0..<8).reduce(0) { $0 | (counter + UInt64($1)) << (8 * UInt64($1)) }
        }
    }
}
