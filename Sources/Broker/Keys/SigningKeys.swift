package import Logging
package import OAuth
import ServiceLifecycle
package import Storage
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The keys that sign tokens, as the store holds them, opened and at hand.
package final class SigningKeys: Sendable {
    private struct Snapshot {
        var active: [SignatureAlgorithm: SigningKey] = [:]
        var all: [SigningKey] = []
        var activeSince: [SignatureAlgorithm: Date] = [:]
    }

    /// No key of that algorithm is active: the store was never prepared.
    package struct Missing: Error, Sendable {
        package let algorithm: SignatureAlgorithm
    }

    private let store: any SigningKeyStore
    private let keyRing: KeyRing
    private let clock: any WallClock
    private let random: any RandomSource
    private let ray: RayID?
    private let snapshot = Mutex(Snapshot())

    /// `ray` names, in the audit trail, the command that makes or removes keys.
    package init(
        store: any SigningKeyStore, keyRing: KeyRing, clock: any WallClock, random: any RandomSource,
        ray: RayID? = nil
    ) {
        self.store = store
        self.keyRing = keyRing
        self.clock = clock
        self.random = random
        self.ray = ray
    }

    /// Makes the first key of every algorithm that has none, and loads them all.
    package func prepare() async throws {
        let present = Set(try await store.signingKeys().filter { $0.state == .active }.map(\.algorithm))
        for algorithm in SignatureAlgorithm.allCases where !present.contains(algorithm) {
            let key = try make(algorithm)
            let event = AuditEvent(.keyCreated, at: clock.now, ray: ray, reason: algorithm.rawValue)
            _ = try await store.insertFirst(key, event: event)
        }
        try await reload()
    }

    /// Reads the keys again, so that a rotation by another process is seen.
    package func reload() async throws {
        var loaded = Snapshot()
        // An id is the key's own thumbprint: what is open under it need not be opened again.
        let open = Dictionary(snapshot.withLock(\.all).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for stored in try await store.signingKeys() {
            let key = try open[stored.id] ?? SigningKey(stored, openedBy: keyRing)
            loaded.all.append(key)
            guard stored.state == .active else { continue }
            loaded.active[stored.algorithm] = key
            loaded.activeSince[stored.algorithm] = stored.createdAt
        }
        snapshot.withLock { $0 = loaded }
    }

    /// Makes a new active key; the old one stays published so that what it signed can still be verified.
    package func rotate(_ algorithm: SignatureAlgorithm) async throws -> KeyID {
        let key = try make(algorithm)
        try await store.rotate(
            to: key, event: AuditEvent(.keyRotated, at: clock.now, ray: ray, reason: algorithm.rawValue))
        try await reload()
        return key.id
    }

    /// Removes a retiring key: what it signed cannot be verified any more. Throws ``StoreError/notFound`` if no retiring
    /// key has that id.
    package func removeRetiring(_ id: KeyID) async throws {
        try await store.removeRetiring(id, event: AuditEvent(.keyRemoved, at: clock.now, ray: ray, reason: id.rawValue))
        try await reload()
    }

    /// The published keys (RFC 7517 §5).
    package func publicKeys() -> PublicJWKSet {
        PublicJWKSet(snapshot.withLock { $0.all.map(\.publicJWK) })
    }

    /// How old the keys are that sign now, in seconds, by the name of their algorithm.
    func activeAges(at now: Date) -> [String: Double] {
        let ages = snapshot.withLock(\.activeSince).map { ($0.key.rawValue, now.timeIntervalSince($0.value)) }
        return Dictionary(ages, uniquingKeysWith: { first, _ in first })
    }

    /// Signs `claims` with the active key of `algorithm`.
    func sign(
        _ claims: some JSONWritable, as type: JWSHeader.TokenType, with algorithm: SignatureAlgorithm
    ) throws -> Secret {
        guard let key = snapshot.withLock({ $0.active[algorithm] }) else { throw Missing(algorithm: algorithm) }
        return Secret(try key.token(type, payload: claims.json))
    }

    /// The claims of an access token that one of these keys signed (RFC 9068 §4); nil for anything else.
    ///
    /// Issuer, audience and expiry are the caller's to judge.
    func accessTokenClaims(of token: Secret) -> AccessTokenClaims? {
        claims(in: token, of: .accessToken)
    }

    /// What an ID token says that one of these keys signed, however old it is; nil for anything else.
    func idTokenHint(of token: Secret) -> IDTokenHint? {
        claims(in: token, of: .idToken)
    }

    private func claims<Claims: JSONReadable>(in token: Secret, of type: JWSHeader.TokenType) -> Claims? {
        let parts = token.reveal().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
            // Only a header that a key writes itself is one: the key decides type and algorithm, never the token
            // (RFC 8725 §3.1, §3.11).
            let key = snapshot.withLock({ $0.all.first { $0.header(type).spells(parts[0]) } }),
            key.isSignature(signature, of: Array("\(parts[0]).\(parts[1])".utf8))
        else { return nil }
        return try? Claims(json: payload)
    }

    private func make(_ algorithm: SignatureAlgorithm) throws -> StoredSigningKey {
        try SigningKey.generate(algorithm).stored(
            in: .active, createdAt: clock.now, sealedBy: keyRing, salt: random.salt())
    }
}

/// Looks for keys that another process has made, every few seconds.
package struct SigningKeyRefresh: Service {
    private let keys: SigningKeys
    private let interval: Duration
    private let logger: Logger

    package init(keys: SigningKeys, interval: Duration = .seconds(5), logger: Logger) {
        self.keys = keys
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval)) != nil {
                do {
                    try await keys.reload()
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("Reading the signing keys failed", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
