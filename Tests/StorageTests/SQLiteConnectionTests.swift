import BrokerTesting
import OAuth
import Storage
import Testing

@testable import StorageSQLite

@Suite("The store's own connections")
struct SQLiteConnectionTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.file())
    }

    @Test("What another program changes of a client counts at once, and so does what takes its place")
    func clientsOfOthers() async throws {
        let client = try Client.transport
        try await store.insert(client, event: .sample(.clientCreated))
        #expect(try await store.client(client.id) == client)
        let other = try Connection(path: folder.file(), access: .writing, patience: 10)
        for name in ["One", "Two", "Two"] {
            #expect(try other.run("UPDATE clients SET name = ?", [.text(name)]) == 1)
            #expect(try await store.client(client.id)?.name == name)
        }
        try other.run("DELETE FROM clients")
        #expect(try await store.client(client.id) == nil)
        var successor = client
        successor.name = "Three"
        try await store.insert(successor, event: .sample(.clientCreated))
        #expect(try await store.client(client.id) == successor)
    }

    @Test("A client too long to be kept in memory is read all the same")
    func longClient() async throws {
        var client = try Client.transport
        client.name = String(repeating: "x", count: 10_000)
        try await store.insert(client, event: .sample(.clientCreated))
        for _ in 0..<2 { #expect(try await store.client(client.id) == client) }
    }

    @Test("A statement that runs within another leaves the other's values alone")
    func nestedStatements() throws {
        let texts = try store.read { connection in
            var texts: [String?] = []
            try connection.each(
                of: "numbers",
                """
                WITH RECURSIVE numbers (number) AS (VALUES (1) UNION ALL SELECT number + 1 FROM numbers LIMIT 3)
                SELECT ? || number || ? FROM numbers
                """, [.text("outer "), .text(" outer")]
            ) { reader in
                texts.append(try reader.text())
                texts.append(
                    try connection.first(of: "texts", "SELECT ? || ?", [.text("within "), .text("within")]) { reader in
                        try reader.text()
                    })
            }
            return texts
        }
        #expect(texts == (1...3).flatMap { number in ["outer \(number) outer", "within within"] })
    }

    @Test("A change far larger than the memory for it is on disk once it is answered, and gone if it fails")
    func largeChanges() async throws {
        let events = (0..<20_000).map { number in
            AuditEvent(.tokenIssued, at: Fixtures.noon, ray: RayID(rawValue: UInt64(number)), address: "2001:db8::1")
        }
        await #expect(throws: StoreError.notFound) {
            try await store.write { connection in
                try connection.record(events)
                throw StoreError.notFound
            }
        }
        try await store.append(events)
        let reader = try SQLiteStore(path: folder.file())
        #expect(try await reader.events(matching: AuditFilter(limit: 30_000)) == events)
        #expect(try await reader.trailExtent().end.number == events.count)
        let check = try reader.read { connection in
            try connection.first(of: "integrity_check", "PRAGMA integrity_check") { try $0.text() }
        }
        #expect(check == "ok")
    }
}
