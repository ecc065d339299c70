import Storage
import Testing

@testable import StorageSQLite

@Suite("The columns that hold envelopes")
struct SealedColumnTests {
    @Test("Each one of the schema is a place that is sealed anew when the master key changes")
    func everyColumn() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        let columns = try store.read { connection in
            try connection.all(
                of: "sqlite_schema",
                """
                SELECT entry.name, part.name FROM sqlite_schema AS entry, pragma_table_info(entry.name) AS part
                WHERE entry.type = 'table' AND part.name LIKE 'seal%'
                """
            ) { "\(try $0.text()).\(try $0.text())" }
        }
        let places = SealedPlace.allCases.map { place in
            let column = SealedColumn(of: place)
            return "\(column.table).\(column.name)"
        }
        // This one is sealed too, by another name.
        #expect(Set(columns).union(["clients.upstream_token_key"]) == Set(places))
        #expect(places.count == Set(places).count)
    }
}
