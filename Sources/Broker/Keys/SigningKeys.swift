package import OAuth
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
        var signers: [SignatureAlgorithm: Signers] = [:]
        /// Those that sign now first: whoever looks no further than the first key of its kind finds the right one.
        var all: [SigningKey] = []
    }

    /// Who signs, and who takes over at a time that every node knows beforehand.
    private struct Signers {
        struct Turn {
            let key: SigningKey
            let since: Date
        }

        let active: Turn
        var next: Turn?

        func turn(at now: () -> Date) -> Turn {
            guard let next, next.since <= now() else { return active }
            return next
        }
    }

    /// No key of that algorithm is active: the store was never prepared, or no client has asked for it.
    package struct Missing: Error, Sendable {
        package let algorithm: SignatureAlgorithm
    }

    private let store: any SigningKeyStore
    private let keyRing: KeyRing
    private let clock: any WallClock
    private let random: any RandomSource
    private let schedule: KeySchedule
    private let ray: RayID?
    private let snapshot = Mutex(Snapshot())

    /// `ray` names, in the audit trail, the command that makes or removes keys.
    package init(
        store: any SigningKeyStore, keyRing: KeyRing, clock: any WallClock, random: any RandomSource,
        schedule: KeySchedule = KeySchedule(), ray: RayID? = nil
    ) {
        self.store = store
        self.keyRing = keyRing
        self.clock = clock
        self.random = random
        self.schedule = schedule
        self.ray = ray
    }

    /// Makes the first key of every standing algorithm that has none, takes the steps that are due, and loads the keys.
    package func prepare() async throws {
        let present = Set(try await store.signingKeys().filter { $0.state == .active }.map(\.algorithm))
        for algorithm in SignatureAlgorithm.standing where !present.contains(algorithm) {
            try await makeFirst(algorithm)
        }
        try await advance()
    }

    /// Sees to it that a key of `algorithm` signs, for a client that is going to need it.
    package func provide(_ algorithm: SignatureAlgorithm) async throws {
        guard snapshot.withLock({ $0.signers[algorithm] == nil }) else { return }
        try await makeFirst(algorithm)
        try await reload()
    }

    private func makeFirst(_ algorithm: SignatureAlgorithm) async throws {
        let key = try make(algorithm, .active, signsFrom: clock.now)
        _ = try await store.insertFirst(key, event: event(.keyCreated, algorithm.rawValue))
    }

    /// Takes the steps that are due by the schedule, and reads the keys again; the steps that this process has taken.
    ///
    /// A step that another node takes at the same time is taken once.
    @discardableResult
    package func advance() async throws -> [KeySchedule.Step] {
        let stored = try await store.signingKeys()
        var taken: [KeySchedule.Step] = []
        for step in schedule.steps(for: stored, at: clock.now) where try await take(step) {
            taken.append(step)
        }
        if taken.isEmpty {
            try load(stored)
        } else {
            try await reload()
        }
        return taken
    }

    private func take(_ step: KeySchedule.Step) async throws -> Bool {
        switch step {
        case .publish(let algorithm, let time):
            return try await store.publish(
                try make(algorithm, .next, signsFrom: time), replacing: nil,
                removal: schedule.removal(ofSignerUntil: clock.now), event: event(.keyCreated, algorithm.rawValue))
        case .activate(let id, let algorithm, let active, let removal):
            return try await store.activate(
                id, replacing: active, removal: removal, event: event(.keyRotated, algorithm.rawValue))
        case .remove(let id):
            do {
                try await store.removeRetiring(id, event: event(.keyRemoved, id.rawValue))
                return true
            } catch StoreError.notFound {
                return false
            }
        }
    }

    /// Reads the keys again, so that what another process has done is seen.
    package func reload() async throws {
        try load(try await store.signingKeys())
    }

    private func load(_ stored: [StoredSigningKey]) throws {
        // An id is the key's own thumbprint: what is open under it need not be opened again.
        let open = Dictionary(snapshot.withLock(\.all).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var keys: [StoredSigningKey.State: [SigningKey]] = [:]
        var turns: [StoredSigningKey.State: [SignatureAlgorithm: Signers.Turn]] = [:]
        for stored in stored {
            let key = try open[stored.id] ?? SigningKey(stored, openedBy: keyRing)
            keys[stored.state, default: []].append(key)
            turns[stored.state, default: [:]][stored.algorithm] = Signers.Turn(key: key, since: stored.signsFrom)
        }
        var loaded = Snapshot()
        loaded.all = [.active, .next, .retiring].flatMap { (keys[$0] ?? []) }
        loaded.signers = (turns[.active] ?? [:]).mapValues { active in
            Signers(active: active, next: turns[.next]?[active.key.algorithm])
        }
        snapshot.withLock { $0 = loaded }
    }

    /// How a key gives way to another one by command.
    package enum Urgency: Sendable {
        /// The new key is published for as long as the schedule says before it signs.
        case planned
        /// The old key is in wrong hands, and so may be a key that waits: a fresh one takes over as soon as every node
        /// has read it.
        case compromised
    }

    /// Lets another key take over; its id. The old one stays published until what it signed has expired.
    ///
    /// - Throws: ``Missing``, or ``StoreError/conflict`` if another process changes the keys of `algorithm` at the same
    ///   moment.
    package func rotate(_ algorithm: SignatureAlgorithm, _ urgency: Urgency) async throws -> KeyID {
        let stored = try await store.signingKeys().filter { $0.algorithm == algorithm }
        guard stored.contains(where: { $0.state == .active }) else { throw Missing(algorithm: algorithm) }
        let next = stored.first { $0.state == .next }
        let now = clock.now
        let id: KeyID
        switch (urgency, next) {
        case (.planned, let next?):
            id = next.id
            let time = max(now, next.createdAt.addingTimeInterval(Double(schedule.notice)))
            guard time < next.signsFrom else { break }
            let event = event(.keyScheduled, algorithm.rawValue)
            guard try await store.reschedule(id, from: next.signsFrom, to: time, event: event) else {
                throw StoreError.conflict
            }
        case (.planned, nil), (.compromised, _):
            let notice =
                switch urgency {
                case .planned: schedule.notice
                case .compromised: KeySchedule.urgentNotice
                }
            let key = try make(algorithm, .next, signsFrom: now.addingTimeInterval(Double(notice)))
            id = key.id
            // By its time the key that waited may have signed something at a node that has not read this yet.
            guard
                try await store.publish(
                    key, replacing: next?.id, removal: schedule.removal(ofSignerUntil: key.signsFrom),
                    event: event(.keyScheduled, algorithm.rawValue))
            else { throw StoreError.conflict }
        }
        try await reload()
        return id
    }

    /// Removes a retiring key: what it signed cannot be verified any more. Throws ``StoreError/notFound`` if no retiring
    /// key has that id.
    package func removeRetiring(_ id: KeyID) async throws {
        try await store.removeRetiring(id, event: event(.keyRemoved, id.rawValue))
        try await reload()
    }

    /// The published keys (RFC 7517 §5).
    package func publicKeys() -> PublicJWKSet {
        PublicJWKSet(snapshot.withLock { $0.all.map(\.publicJWK) })
    }

    /// For how long the keys have signed that sign now, in seconds, by the name of their algorithm.
    func activeAges(at now: Date) -> [String: Double] {
        let ages = snapshot.withLock(\.signers).map { algorithm, signers in
            (algorithm.rawValue, now.timeIntervalSince(signers.turn(at: { now }).since))
        }
        return Dictionary(ages, uniquingKeysWith: { first, _ in first })
    }

    /// Signs `claims` with the key of `algorithm` whose turn it is.
    func sign(
        _ claims: some JSONWritable, as type: JWSHeader.TokenType, with algorithm: SignatureAlgorithm
    ) throws -> Secret {
        guard let signers = snapshot.withLock({ $0.signers[algorithm] }) else { throw Missing(algorithm: algorithm) }
        return Secret(try signers.turn(at: { clock.now }).key.token(type, payload: claims.json))
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

    private func make(
        _ algorithm: SignatureAlgorithm, _ state: StoredSigningKey.State, signsFrom time: Date
    ) throws -> StoredSigningKey {
        try SigningKey.generate(algorithm).stored(
            in: state, createdAt: clock.now, signsFrom: time, sealedBy: keyRing, salt: random.salt())
    }

    private func event(_ kind: AuditEvent.Kind, _ reason: String) -> AuditEvent {
        AuditEvent(kind, at: clock.now, ray: ray, reason: reason)
    }
}
