import Broker
import Foundation
import OAuth
import Storage
import StorageSQLite

/// The data folder, its database open.
struct DataFolder: Sendable {
    let store: SQLiteStore
    let clock = SystemClock()
    let random = SystemRandomSource()
    let passwords: PasswordHasher
    let clientSecrets: PasswordHasher
    /// Names this process's own changes in the audit trail.
    private let ray: RayID
    private let configuration: DataConfiguration

    /// Whether a folder that is not there is made.
    enum Opening: Sendable {
        case creating
        /// A mistyped path should not leave an empty database behind.
        case existing
    }

    init(_ configuration: DataConfiguration, _ opening: Opening) throws {
        self.configuration = configuration
        switch opening {
        case .creating: try Self.makeFolder(configuration.folder)
        case .existing:
            guard FileManager.default.fileExists(atPath: configuration.database) else {
                throw Complaint(
                    "there is no database at \(configuration.database): start drawbridge serve once, or say where the "
                        + "data is with --data")
            }
        }
        store = try SQLiteStore(path: configuration.database)
        ray = RayIDGenerator(machine: MachineNumber.ofProcess, clock: clock).next()
        let random = random
        passwords = PasswordHasher(parameters: configuration.argon2, salt: { random.bytes(Bits128.self) })
        clientSecrets = PasswordHasher(parameters: configuration.argon2, salt: { random.bytes(Bits128.self) })
    }

    /// Opens the folder for as long as `body` takes.
    static func with<Value>(
        _ configuration: DataConfiguration, _ opening: Opening = .existing,
        _ body: (DataFolder) async throws -> Value
    ) async throws -> Value {
        let folder = try DataFolder(configuration, opening)
        do {
            let value = try await body(folder)
            try folder.store.close()
            return value
        } catch {
            try? folder.store.close()
            throw error
        }
    }

    var clients: ClientRegistry {
        ClientRegistry(
            store: store, passwords: clientSecrets, clock: clock, random: random, ray: ray, keyRing: { try keyRing() })
    }

    var initialAccess: InitialAccessDesk {
        InitialAccessDesk(store: store, clock: clock, random: random, ray: ray)
    }

    var accounts: AccountRegistry {
        AccountRegistry(store: store, passwords: passwords, clock: clock, random: random, ray: ray)
    }

    /// The keys under which secrets are sealed; the file is made on first use.
    func keyRing() throws -> KeyRing {
        switch configuration.masterKeys {
        case .environment(let keys): return try KeyRing(keys)
        case .file(let path):
            let loaded = try MasterKeyFile(path: path).loadOrCreate { random.bytes(Bits256.self) }
            return try KeyRing(loaded.entries.keys(at: clock.now))
        }
    }

    /// The master keys, whether they seal yet or not.
    func masterKeys() throws -> [MasterKeyEntry] {
        switch configuration.masterKeys {
        case .environment(let keys): keys.map { MasterKeyEntry(key: $0) }
        case .file(let path): try MasterKeyFile(path: path).load()
        }
    }

    /// The file of master keys, for a command that changes it.
    func masterKeyFile() throws -> MasterKeyFile {
        switch configuration.masterKeys {
        case .file(let path): return MasterKeyFile(path: path)
        case .environment:
            throw Complaint(
                "the master keys are in \(configuration.masterKeys), which only you can change: to rotate, add the new "
                    + "key as the last one and restart every node, then put it first and restart again")
        }
    }

    /// Notes what this command has done in the trail.
    func note(_ kind: AuditEvent.Kind, _ reason: String) async throws {
        try await store.append([AuditEvent(kind, at: clock.now, ray: ray, reason: reason)])
    }

    /// Publishes a key of the kind that `client` wants before anything is signed with it.
    func provideKey(for client: Client) async throws {
        guard !SignatureAlgorithm.standing.contains(client.idTokenAlgorithm) else { return }
        try await signingKeys(try keyRing()).provide(client.idTokenAlgorithm)
    }

    /// The keys that sign tokens, made on first use.
    func signingKeys(_ keyRing: KeyRing) async throws -> SigningKeys {
        let keys = SigningKeys(
            store: store, keyRing: keyRing, clock: clock, random: random, schedule: configuration.keySchedule, ray: ray)
        do {
            try await keys.prepare()
        } catch is SealingFlaw {
            throw Complaint(
                "the signing keys in \(store.path) were sealed under another master key than the one in "
                    + "\(configuration.masterKeys): put the old key back, as a further line if it was replaced")
        }
        return keys
    }

    /// The names by which only one sector's clients know people; what they are made with is made on first use.
    func pairwiseNames(_ keyRing: KeyRing) async throws -> PairwiseNames {
        do {
            return try await PairwiseNames.prepared(in: store, keyRing: keyRing, random: random)
        } catch is SealingFlaw {
            throw Complaint(
                "the secret of pairwise subjects in \(store.path) was sealed under another master key than the one in "
                    + "\(configuration.masterKeys): put the old key back, as a further line if it was replaced")
        }
    }

    private static func makeFolder(_ path: String) throws {
        if let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType {
            guard kind != .typeRegular else { throw Complaint("the data folder \(path) is not a folder but a file") }
            return
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Complaint("the data folder \(path) cannot be made: \(Complaint.reason(of: error))")
        }
    }
}

extension DataFolder {
    /// The client of that id; a complaint where there is none.
    func client(_ id: String) async throws -> Client {
        guard let known = ClientID(validating: id), let client = try await clients.client(known) else {
            throw Complaint("there is no client \(LogText.oneLine(id))")
        }
        return client
    }

    /// The local account of that user name, in whatever spelling; a complaint where there is none.
    func account(_ userName: String) async throws -> LocalAccount {
        guard let account = try await accounts.account(userName: userName) else {
            throw Complaint("there is no local account \(LogText.oneLine(userName))")
        }
        return account
    }
}
