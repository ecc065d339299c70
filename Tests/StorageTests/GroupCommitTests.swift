import BrokerTesting
import Dispatch
import OAuth
import Storage
import StorageSQLite
import Synchronization
import Testing

@Suite("Group commit: what waits together is committed together")
struct GroupCommitTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.file())
        try await store.insert(try Client.transport, event: .sample(.clientCreated))
        _ = try await store.recordLogin(SamplePerson.anna.identity(), at: Fixtures.noon)
    }

    @Test("Fifty changes that wait for one are one commit, and a failing one undoes only itself")
    func oneCommit() async throws {
        let before = store.commitCount
        try await whileWriterIsHeld(store) { release in
            let successes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<50 {
                    group.addTask { [store] in try await Self.register(number, in: store) }
                }
                while store.commitCount.waiting < 50 { await Task.yield() }
                release()
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(successes == 31)
        }
        // One commit for the code that held the writer, one for its redemption, one for the fifty.
        #expect(store.commitCount.changes == before.changes + 52)
        #expect(store.commitCount.commits == before.commits + 3)
        #expect(try await store.localAccounts().count == 31)
        #expect(try await store.events(matching: AuditFilter(kind: .accountCreated)).count == 31)
        #expect(
            store.load.events[StoreLoad.EventLabel(kind: .accountCreated, provider: Fixtures.pool)] == 31,
            "What was undone was counted.")
        let rows = try await store.trailRows()
        #expect(rows.map(\.number) == Array(1...rows.count), "What was undone left a gap.")
        let end = try rows.reduce(TrailPosition.origin) { $0.advanced(by: try #require($1.content?.event)) }
        #expect(try await store.trailExtent().end == end)
        let registered = Set(try await store.localAccounts().map(\.account.id))
        for number in 0..<50 {
            let id = AccountID(rawValue: "account-\(number)")
            #expect((try await store.account(id) != nil) == registered.contains(id), "Half an account was left.")
        }
    }

    /// Registers somebody whose user name is wanted by two in five, which they find out at their third statement.
    private static func register(_ number: Int, in store: SQLiteStore) async throws -> Bool {
        var account = SamplePerson(
            accountID: AccountID(rawValue: "account-\(number)"), userName: "user-\(number)", name: "N",
            email: "e@city.example"
        ).localAccount
        if number % 5 < 2 { account.credential.userNameKey = "wanted" }
        do {
            try await store.insert(account, event: .sample(.accountCreated))
            return true
        } catch StoreError.conflict {
            return false
        }
    }

    @Test("A long queue is committed in several batches")
    func batches() async throws {
        let before = store.commitCount
        try await whileWriterIsHeld(store) { release in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<600 {
                    group.addTask { [store] in try await store.append([.sample(.loginFailed)]) }
                }
                while store.commitCount.waiting < 600 { await Task.yield() }
                release()
                try await group.waitForAll()
            }
        }
        #expect(store.commitCount.changes == before.changes + 602)
        #expect(store.commitCount.commits == before.commits + 2 + 3)
        #expect(try await store.events(matching: AuditFilter(kind: .loginFailed, limit: 1000)).count == 600)
    }

    @Test("A change is made although its caller was cancelled")
    func cancellation() async throws {
        try await whileWriterIsHeld(store) { release in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [store] in try await store.append([.sample(.loginFailed)]) }
                while store.commitCount.waiting < 1 { await Task.yield() }
                group.cancelAll()
                release()
                try await group.waitForAll()
            }
        }
        #expect(try await store.events(matching: AuditFilter(kind: .loginFailed)).count == 1)
    }

    @Test("Two stores on one file see each other's changes at once")
    func mutualSight() async throws {
        let other = try SQLiteStore(path: folder.file())
        var client = try Client.transport
        for round in 0..<40 {
            let (writer, reader) = round.isMultiple(of: 2) ? (store, other) : (other, store)
            client.name = "Round \(round)"
            try await writer.replace(client, event: .sample(.clientChanged))
            #expect(try await reader.client(client.id)?.name == client.name)
            #expect(try await reader.clients().map(\.name) == [client.name])
        }
    }

    @Test("Claims that another store has replaced are those that are read next")
    func freshClaims() async throws {
        let other = try SQLiteStore(path: folder.file())
        var identity = SamplePerson.anna.identity()
        for name in ["Anna", "Anna Berg", "Anna"] {
            identity.claims.values["name"] = .string(name)
            _ = try await other.recordLogin(identity, at: Fixtures.noon)
            for reader in [store, other] {
                let person = try await reader.person(provider: identity.provider, subject: identity.subject)
                #expect(person?.identity.claims == identity.claims)
            }
        }
    }

    @Test("A write waits for another process's transaction instead of failing")
    func waitingForAnotherWriter() async throws {
        let other = try SQLiteStore(path: folder.file())
        try await whileWriterIsHeld(store) { release in
            async let written: Void = other.append([.sample(.loginFailed)])
            release()
            try await written
        }
        #expect(try await store.events(matching: AuditFilter(kind: .loginFailed)).count == 1)
    }

    @Test("A write that waits too long for another process says so, with the file's path, and is not made")
    func losingPatience() async throws {
        let impatient = try SQLiteStore(path: folder.file(), patience: 0.02)
        try await whileWriterIsHeld(store) { _ in
            let error = await #expect(throws: StoreError.self) { try await impatient.append([.sample(.loginFailed)]) }
            #expect(error == .unavailable(reason: "\(folder.file()): locked by another process for too long"))
            let client = try await impatient.client(ClientID(rawValue: "transport"))
            #expect(client != nil, "Reading goes on meanwhile.")
        }
        #expect(try await store.events(matching: AuditFilter(kind: .loginFailed)).isEmpty)
        try await impatient.append([.sample(.loginFailed)])
    }
}

/// Runs `body` while the store's writer is kept inside a transaction: until `body` calls what it is given, or ends.
private func whileWriterIsHeld(
    _ store: SQLiteStore, _ body: (_ release: () -> Void) async throws -> Void
) async throws {
    let code = IssuedCode.sample("hold")
    #expect(try await store.issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
    let gate = DispatchSemaphore(value: 0)
    let (entered, entrance) = AsyncStream<Void>.makeStream()
    async let redemption = store.redeem(
        code.digest, at: Fixtures.noon, limit: nil,
        judge: { code in
            entrance.finish()
            gate.wait()
            return .success(code.grant())
        },
        events: { _ in [] })
    for await _ in entered {}
    do {
        try await body { gate.signal() }
    } catch {
        gate.signal()
        throw error
    }
    gate.signal()
    #expect(try await redemption.granted != nil)
}

extension CodeRedemption {
    fileprivate var granted: Grant? {
        guard case .granted(let grant, _, _) = self else { return nil }
        return grant
    }
}
