import Broker
import BrokerTesting
import Foundation
import OAuth
import Storage
import StorageSQLite
import Testing

@Suite("Signing keys as the broker uses them")
struct SigningKeysTests {
    /// Another process on the same database.
    private func sister(of scene: Scene) -> SigningKeys {
        SigningKeys(
            store: scene.broker.store, keyRing: scene.environment.keyRing, clock: scene.clock,
            random: scene.environment.random)
    }

    private func kid(of token: Secret?) throws -> String {
        let header = try #require(token?.reveal().split(separator: ".").first)
        let bytes = try #require(Base64URL.decode(header))
        return try #require(JSONDecoder().decode([String: String].self, from: Data(bytes))["kid"])
    }

    private func idToken(_ scene: Scene) async throws -> Secret? {
        let code = try await scene.code(for: SampleRequest(try .parking), in: scene.browser())
        return try await scene.redeem(code, as: try .parking).idToken
    }

    @Test("Preparing again makes no more keys, in this process or another")
    func preparedTwice() async throws {
        let scene = try await Scene()
        let keys = scene.environment.signingKeys
        let before = keys.publicKeys()
        #expect(before.keys.count == SignatureAlgorithm.standing.count)
        try await keys.prepare()
        let other = sister(of: scene)
        try await other.prepare()
        #expect(keys.publicKeys() == before)
        #expect(Set(other.publicKeys().keys) == Set(before.keys))
    }

    @Test("Processes that start at once agree on one key for each algorithm")
    func preparedAtOnce() async throws {
        let folder = try TemporaryFolder()
        let scene = try await Scene()
        let store = try SQLiteStore(path: folder.file())
        let published = try await withThrowingTaskGroup(of: Set<KeyID>.self) { group in
            for seed in 0..<4 {
                group.addTask {
                    let keys = SigningKeys(
                        store: store, keyRing: scene.environment.keyRing, clock: scene.clock,
                        random: SeededRandom(seed: UInt64(seed)))
                    try await keys.prepare()
                    return Set(keys.publicKeys().keys.map(\.id))
                }
            }
            return try await group.reduce(into: Set<Set<KeyID>>()) { $0.insert($1) }
        }
        #expect(published.count == 1)
        #expect(published.first?.count == SignatureAlgorithm.standing.count)
    }

    @Test("A planned rotation publishes the new key a day before it signs, and keeps the old one published")
    func rotation() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let keys = scene.environment.signingKeys
        let before = keys.publicKeys().keys.map(\.id.rawValue)
        let oldKey = try kid(of: try await idToken(scene))
        #expect(before.contains(oldKey))
        let rotated = try await keys.rotate(.es256, .planned)
        #expect(Set(keys.publicKeys().keys.map(\.id.rawValue)) == Set(before + [rotated.rawValue]))
        #expect(try kid(of: try await idToken(scene)) == oldKey)
        scene.clock.advance(by: 86_400)
        #expect(try kid(of: try await idToken(scene)) == rotated.rawValue)
        try await keys.advance()
        #expect(try kid(of: try await idToken(scene)) == rotated.rawValue)
        #expect(Set(keys.publicKeys().keys.map(\.id.rawValue)) == Set(before + [rotated.rawValue]))
    }

    @Test("What the old key signed still counts, and no longer once it is removed")
    func oldSignatures() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let code = try await scene.code(for: SampleRequest(try .parking), in: scene.browser())
        let token = try await scene.redeem(code, as: try .parking).accessToken
        let old = KeyID(rawValue: try kid(of: token))
        let keys = scene.environment.signingKeys
        _ = try await keys.rotate(.es256, .compromised)
        scene.clock.advance(by: 15)
        try await keys.advance()
        #expect(try await scene.userInfo(token).values["sub"] != nil)
        try await keys.removeRetiring(old)
        #expect(await scene.refusal { try await scene.userInfo(token) } == .invalidToken)
    }

    @Test("A rotation by another process is seen after reloading")
    func otherProcess() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let keys = scene.environment.signingKeys
        let rotated = try await sister(of: scene).rotate(.es256, .compromised)
        #expect(!keys.publicKeys().keys.contains { $0.id == rotated })
        try await keys.reload()
        #expect(keys.publicKeys().keys.contains { $0.id == rotated })
        scene.clock.advance(by: 15)
        #expect(try kid(of: try await idToken(scene)) == rotated.rawValue)
    }

    @Test("A key of an algorithm that few ask for is made for the first client that does, once for all nodes")
    func onDemand() async throws {
        let scene = try await Scene()
        try await scene.broker.enrol(.anna)
        let keys = scene.environment.signingKeys
        #expect(!keys.publicKeys().keys.contains { $0.algorithm == .mlDSA65 })
        await #expect(throws: SigningKeys.Missing.self) { try await keys.rotate(.mlDSA65, .planned) }
        var client = try Client.parking
        client.idTokenAlgorithm = .mlDSA65
        try await scene.broker.store.replace(client, event: .sample(.clientChanged))
        let code = try await scene.code(for: SampleRequest(client), in: scene.browser())
        let token = try await scene.redeem(code, as: client).idToken
        let made = try #require(keys.publicKeys().keys.first { $0.algorithm == .mlDSA65 })
        #expect(try kid(of: token) == made.id.rawValue)
        let other = sister(of: scene)
        try await other.prepare()
        #expect(Set(other.publicKeys().keys) == Set(keys.publicKeys().keys))
    }

    @Test("Keys sealed under another master key are refused as they are read")
    func otherMasterKey() async throws {
        let scene = try await Scene()
        var generator = SplitMix64(seed: 99)
        let keys = SigningKeys(
            store: scene.broker.store, keyRing: try KeyRing([MasterKey(RandomBytes(from: &generator))]),
            clock: scene.clock, random: scene.environment.random)
        await #expect(throws: SealingFlaw.unknownKey) { try await keys.prepare() }
    }
}
