import BrokerTesting
import Foundation
import OAuth
import Storage
import StorageSQLite
import Testing

@Suite("Checkpoints: the log of changes stays short")
struct CheckpointTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(
        "Under changes that never pause the log begins anew, and nothing in it is lost",
        .timeLimit(.minutes(5)), arguments: [1, 3])
    func restart(nodes: Int) async throws {
        let stores = try (0..<nodes).map { _ in try SQLiteStore(path: folder.file()) }
        for node in 0..<nodes {
            try await stores[node].insert(try Self.client(node, round: 0), event: .sample(.clientCreated))
        }
        let before = try logSalt()
        var rounds = 0
        while try logSalt() &- before < 3 {
            rounds += 1
            try #require(rounds < 2000, "So many pages, and the log has not begun anew.")
            let round = rounds
            try await withThrowingTaskGroup(of: Void.self) { group in
                for node in 0..<nodes {
                    group.addTask {
                        try await stores[node].replace(
                            try Self.client(node, round: round), event: .sample(.clientChanged))
                    }
                }
                try await group.waitForAll()
            }
        }
        for store in stores {
            try await expectAll(of: nodes, after: rounds, in: store)
            try store.close()
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file() + "-wal"), "Closing leaves no log behind.")
        try await expectAll(of: nodes, after: rounds, in: try SQLiteStore(path: folder.file()))
    }

    /// A client that takes up some hundred pages, all of them others in each round.
    private static func client(_ node: Int, round: Int) throws -> Client {
        var client = try Client.transport
        client.id = ClientID(rawValue: "client-\(node)")
        client.name = String(repeating: "Transport \(round), ", count: 15_000)
        return client
    }

    private func expectAll(of nodes: Int, after rounds: Int, in store: SQLiteStore) async throws {
        try await store.checkHealth()
        for node in 0..<nodes {
            let client = try Self.client(node, round: rounds)
            #expect(try await store.client(client.id)?.name == client.name)
        }
        #expect(try await store.trailRows().count == nodes * (rounds + 1))
    }

    /// The log's salt, greater by one each time it begins anew: bytes 16 to 19 of its header
    /// (https://sqlite.org/fileformat2.html §4.1).
    private func logSalt() throws -> UInt32 {
        let file = try FileHandle(forReadingFrom: URL(filePath: folder.file() + "-wal"))
        defer { try? file.close() }
        let header = try #require(try file.read(upToCount: 32))
        try #require(header.count == 32)
        return header[16..<20].reduce(0) { salt, byte in salt << 8 | UInt32(byte) }
    }
}
