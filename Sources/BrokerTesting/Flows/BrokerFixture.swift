package import Broker
import Connectors
package import OAuth
package import Storage

/// A broker of one test's own: real flows, a stopped clock, repeatable randomness and providers that do as they are told.
package struct BrokerFixture: Sendable {
    package let clock: StoppedClock
    package let catalogue: StubCatalogue
    package let environment: BrokerEnvironment
    package let rays: RayIDGenerator
    package let documents = StubDocuments()

    /// Argon2id at its cheapest: what these tests are about is not how long it takes.
    package static let quickParameters = try? Argon2Parameters(memoryKiB: 8, iterations: 1, parallelism: 1)

    /// A broker on `store`, in which ``Client/transport``, ``Client/parking`` and ``Client/portal`` are registered if
    /// another has not done it.
    package init(
        store: any Store, issuer: String = "https://broker.city.example", frontEnd: String? = nil,
        lifetimes: Lifetimes = Lifetimes(), limits: Limits = Limits(), scopes: ScopeCatalogue = .standard,
        seed: UInt64 = 1
    ) async throws {
        let clock = StoppedClock()
        let random = SeededRandom(seed: seed)
        let keyRing = try KeyRing([SharedKeys.master])
        let passwords = PasswordHasher(parameters: Self.quickParameters ?? .standard) { random.salt() }
        let signingKeys = SigningKeys(store: store, keyRing: keyRing, clock: clock, random: random)
        for key in try SharedKeys.signing.get() {
            _ = try await store.insertFirst(
                key, event: AuditEvent(.keyCreated, at: clock.now, ray: nil, reason: key.algorithm.rawValue))
        }
        try await signingKeys.prepare()
        self.clock = clock
        catalogue = StubCatalogue()
        rays = RayIDGenerator(machine: 7, clock: clock)
        environment = BrokerEnvironment(
            issuer: try Issuer(issuer), store: store, keyRing: keyRing, signingKeys: signingKeys,
            pairwiseNames: try await .prepared(in: store, keyRing: keyRing, random: random),
            providers: catalogue, revocations: UpstreamRevocations(providers: catalogue, clock: clock),
            passwords: passwords, clientSecrets: passwords,
            verifiedSecrets: VerifiedSecretCache(key: random.bytes(Bits256.self)), clock: clock, random: random,
            lifetimes: lifetimes, loginFrontEnd: frontEnd.flatMap(LoginFrontEnd.init),
            scopes: ScopeRegistry(scopes), limits: limits, documents: documents)
        for client in [try Client.transport, try Client.parking, try Client.portal]
        where try await store.client(client.id) == nil {
            try await register(client)
        }
    }

    package var store: any Store { environment.store }

    package var accounts: AccountRegistry {
        AccountRegistry(
            store: environment.store, passwords: environment.passwords, clock: clock, random: environment.random)
    }

    package var clients: ClientRegistry {
        ClientRegistry(
            store: environment.store, passwords: environment.passwords, clock: clock, random: environment.random,
            keyRing: { environment.keyRing })
    }

    /// Registers `client`; a confidential one gets the secret ``secret(of:)``.
    package func register(_ client: Client) async throws {
        var client = client
        switch client.authentication {
        case .publicClient, .keys: break
        case .secret:
            client.authentication = .secret(try await environment.passwords.hash(Self.secret(of: client.id)))
        }
        try await store.insert(client, event: AuditEvent(.clientCreated, at: clock.now, ray: nil, client: client.id))
    }

    package static func secret(of client: ClientID) -> Secret { Secret("secret-of-\(client)") }

    /// Makes `person` a local account with the password ``password(of:)``.
    @discardableResult
    package func enrol(_ person: SamplePerson) async throws -> LocalAccount {
        try await accounts.create(
            AccountRegistry.NewAccount(
                userName: person.userName, email: person.email, emailStanding: .verified, name: person.name,
                password: .plain(Self.password(of: person))))
    }

    package static func password(of person: SamplePerson) -> Secret { Secret("correct horse \(person.userName)") }
}

/// Keys made once for all tests: an RSA key takes a while.
private enum SharedKeys {
    static let master: MasterKey = {
        var generator = SplitMix64(seed: 42)
        return MasterKey(RandomBytes(from: &generator))
    }()

    static let signing = Result {
        let ring = try KeyRing([master])
        let random = SeededRandom(seed: 43)
        return try SignatureAlgorithm.standing.map { algorithm in
            try SigningKey.generate(algorithm).stored(
                in: .active, createdAt: Fixtures.noon, signsFrom: Fixtures.noon, sealedBy: ring, salt: random.salt())
        }
    }
}
