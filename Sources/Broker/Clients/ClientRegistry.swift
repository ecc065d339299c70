package import OAuth
package import Storage

/// Registers, lists, changes and removes clients.
package struct ClientRegistry: Sendable {
    private let store: any Store
    private let passwords: PasswordHasher
    private let clock: any WallClock
    private let random: any RandomSource
    private let ray: RayID?
    private let keyRing: @Sendable () throws -> KeyRing

    /// `ray` names, in the audit trail, the command that makes the changes; `keyRing` is asked for only where a client
    /// has a key that has to be sealed.
    package init(
        store: any Store, passwords: PasswordHasher, clock: any WallClock, random: any RandomSource,
        ray: RayID? = nil, keyRing: @escaping @Sendable () throws -> KeyRing
    ) {
        self.store = store
        self.passwords = passwords
        self.clock = clock
        self.random = random
        self.ray = ray
        self.keyRing = keyRing
    }

    /// A client as registered, and the secret if it was made here: it is shown this once.
    package struct Registration: Sendable {
        package let client: Client
        package let generatedSecret: Secret?
    }

    /// Registers a client; a confidential one without a secret gets one.
    ///
    /// Throws ``ClientMetadata/Flaw``, or ``StoreError/conflict`` if the id is taken.
    package func register(_ metadata: ClientMetadata) async throws -> Registration {
        _ = try metadata.client(secretHash: nil)
        switch try metadata.proof() {
        case .nothing, .keys: return Registration(client: try await insert(metadata, hash: nil), generatedSecret: nil)
        case .secret: break
        }
        let generated = metadata.clientSecret == nil ? random.handle() : nil
        guard let secret = metadata.clientSecret ?? generated else {
            throw ClientMetadata.Flaw("client_secret", "is missing")
        }
        let hash = try await hash(secret)
        return Registration(client: try await insert(metadata, hash: hash), generatedSecret: generated)
    }

    /// No longer than what ``ClientCredentials`` reads, or nobody could ever present it.
    private func hash(_ secret: Secret) async throws -> PasswordHash {
        guard (1...512).contains(secret.count) else {
            throw ClientMetadata.Flaw("client_secret", "must be 1 to 512 bytes")
        }
        return try await passwords.hash(secret)
    }

    private func insert(_ metadata: ClientMetadata, hash: PasswordHash?) async throws -> Client {
        var client = try metadata.client(secretHash: hash)
        client.upstreamTokenEncryption = try metadata.upstreamTokenKey().map { try encryption(to: $0, of: client.id) }
        try await store.insert(client, event: event(.clientCreated, client.id))
        return client
    }

    private func encryption(to key: ClientEncryptionKey, of id: ClientID) throws -> UpstreamTokenEncryption {
        let sealed = try keyRing().seal(key.bytes, as: .clientKey, for: id.rawValue, salt: random.salt())
        return UpstreamTokenEncryption(keyID: key.id, sealedKey: sealed.text)
    }

    package func clients() async throws -> [Client] { try await store.clients() }

    package func client(_ id: ClientID) async throws -> Client? { try await store.client(id) }

    /// Gives the client a new secret, the old one counting no longer; `secret` is made here if nil.
    package func rotateSecret(of id: ClientID, to secret: Secret?) async throws -> Registration {
        guard var client = try await store.client(id) else { throw StoreError.notFound }
        switch client.authentication {
        case .secret: break
        case .publicClient: throw ClientMetadata.Flaw("client_secret", "a public client has none")
        case .keys: throw ClientMetadata.Flaw("client_secret", "a client with keys has none")
        }
        let generated = secret == nil ? random.handle() : nil
        guard let new = secret ?? generated else { throw ClientMetadata.Flaw("client_secret", "is missing") }
        client.authentication = .secret(try await hash(new))
        try await store.replace(client, event: event(.clientChanged, id))
        return Registration(client: client, generatedSecret: generated)
    }

    /// Removes the client; its grants end with it.
    package func delete(_ id: ClientID) async throws {
        try await store.deleteClient(id, event: event(.clientDeleted, id))
    }

    private func event(_ kind: AuditEvent.Kind, _ id: ClientID) -> AuditEvent {
        AuditEvent(kind, at: clock.now, ray: ray, client: id)
    }
}
