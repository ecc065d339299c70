import BrokerTesting
import Dispatch
import Foundation
import OAuth
import Storage
import StorageSQLite
import Synchronization
import Testing

@Suite("The SQLite file: who may read it, and what is refused")
struct SQLiteFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("The database and its log are readable by their owner only")
    func fileMode() async throws {
        let store = try SQLiteStore(path: folder.file())
        try await store.insert(try Client.parking, event: .sample(.clientCreated))
        for suffix in ["", "-wal", "-shm"] {
            #expect(try mode(folder.file() + suffix) == 0o600, "\(suffix)")
        }
    }

    @Test("A file that others could read is closed to them when it is opened")
    func looseMode() throws {
        #expect(FileManager.default.createFile(atPath: folder.file(), contents: nil))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.file())
        _ = try SQLiteStore(path: folder.file())
        #expect(try mode(folder.file()) == 0o600)
    }

    @Test("Opening a database again finds everything, and takes no step of the schema twice")
    func reopening() async throws {
        let client = try Client.transport
        let first = try SQLiteStore(path: folder.file())
        try await first.insert(client, event: .sample(.clientCreated))
        try first.close()
        let header = try self.header()
        let second = try SQLiteStore(path: folder.file())
        try await second.checkHealth()
        #expect(try await second.client(client.id) == client)
        #expect(try await second.events(matching: AuditFilter()).count == 1)
        try second.close()
        #expect(try self.header().schemaCookie == header.schemaCookie)
        #expect(try self.header().userVersion == 21)
    }

    @Test("A closed store refuses instead of losing writes")
    func closing() async throws {
        let store = try SQLiteStore(path: folder.file())
        try store.close()
        await #expect(throws: StoreError.self) {
            try await store.insert(try Client.parking, event: .sample(.clientCreated))
        }
        await #expect(throws: StoreError.self) { try await store.checkHealth() }
    }

    @Test("Stores that open one new file at once all work on it")
    func openingAtOnce() async throws {
        let opened = Mutex<[Result<SQLiteStore, any Error>]>([])
        let path = folder.file()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let result = Result { try SQLiteStore(path: path) }
            opened.withLock { $0.append(result) }
        }
        let stores = try opened.withLock { try $0.map { try $0.get() } }
        try await stores[0].insert(try Client.parking, event: .sample(.clientCreated))
        for store in stores {
            #expect(try await store.clients().count == 1)
        }
    }

    @Test("The database of a newer program is refused and left as it is")
    func newerSchema() throws {
        try SQLiteStore(path: folder.file()).close()
        try overwrite([0, 0, 1, 0], at: 60)
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
        #expect(throws: StoreError.newerSchema) { try SQLiteStore(path: folder.file()) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file())) == before)
    }

    @Test("The database of another program is refused with its path")
    func foreignDatabase() throws {
        try SQLiteStore(path: folder.file()).close()
        try overwrite([1, 2, 3, 4], at: 68)
        let error = #expect(throws: StoreError.self) { try SQLiteStore(path: folder.file()) }
        #expect(error == .unavailable(reason: "\(folder.file()): another program's database"))
    }

    @Test("A file that is no database is refused with its path")
    func noDatabase() throws {
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: folder.file()))
        let error = #expect(throws: StoreError.self) { try SQLiteStore(path: folder.file()) }
        #expect(error == .unavailable(reason: "\(folder.file()): not an SQLite database"))
    }

    @Test("A folder that does not exist, and one in the file's place, are refused with the path")
    func noPlace() throws {
        let missing = folder.file("missing/drawbridge.sqlite")
        let error = #expect(throws: StoreError.self) { try SQLiteStore(path: missing) }
        #expect(error == .unavailable(reason: "\(missing): No such file or directory"))
        let second = #expect(throws: StoreError.self) { try SQLiteStore(path: folder.path) }
        #expect(second == .unavailable(reason: "\(folder.path): not a file"))
    }

    @Test("A damaged file is reported, and never a crash")
    func damage() async throws {
        let store = try SQLiteStore(path: folder.file())
        try await store.insert(try Client.parking, event: .sample(.clientCreated))
        try store.close()
        let size = try Data(contentsOf: URL(fileURLWithPath: folder.file())).count
        try overwrite([UInt8](repeating: 0xA5, count: size - 4096), at: 4096)
        await #expect(throws: StoreError.self) {
            let damaged = try SQLiteStore(path: folder.file())
            _ = try await damaged.clients()
        }
    }

    @Test("A secret handle that went in is nowhere in the file or its log")
    func secretsAreHashed() async throws {
        let store = try SQLiteStore(path: folder.file())
        let client = try Client.transport
        try await store.insert(client, event: .sample(.clientCreated))
        _ = try await store.recordLogin(SamplePerson.anna.identity(), at: Fixtures.noon)
        let code = IssuedCode.sample("code")
        #expect(try await store.issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        _ = try await store.redeem(
            code.digest, at: Fixtures.noon, limit: nil, judge: { .success($0.grant()) },
            events: { _ in [.sample(.tokenIssued)] })
        try await store.begin(.sample("cookie"), replacing: nil, events: [.sample(.loginSucceeded)])
        _ = try await store.keepRequest("sealed", as: Fixtures.digest("reference"), until: Fixtures.noon(plus: 60))

        var bytes = Data()
        for suffix in ["", "-wal"] {
            bytes.append(try Data(contentsOf: URL(fileURLWithPath: folder.file() + suffix)))
        }
        for label in ["code", "cookie", "reference"] {
            #expect(bytes.range(of: Data(Fixtures.handle(label).reveal().utf8)) == nil, "\(label)")
            #expect(bytes.range(of: Data(Fixtures.digest(label).bytes)) != nil, "The search itself must find things.")
        }
        #expect(bytes.range(of: Data(Fixtures.verifier.secret.reveal().utf8)) == nil)
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    /// What the file's first page says (https://sqlite.org/fileformat2.html §1.3).
    private func header() throws -> (schemaCookie: Data, userVersion: UInt8) {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file())))
        return (Data(bytes[40..<44]), bytes[63])
    }

    private func overwrite(_ bytes: [UInt8], at offset: Int) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: folder.file()))
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }
}
