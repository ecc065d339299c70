import CFloor

/// A database with the product's settings (WAL, `synchronous=FULL`) and the smallest change that deserves a commit.
///
/// Safe, because its pointers come from SQLite and live as long as the process.
@safe struct CommitProbe {
    struct Failure: Error {
        let reason: String
    }

    private let database: OpaquePointer
    private let insertion: OpaquePointer

    init(directory: String) throws {
        var database: OpaquePointer?
        guard unsafe sqlite3_open("\(directory)/floor.sqlite", &database) == SQLITE_OK, let database = unsafe database
        else { throw Failure(reason: "cannot open a database in \(directory)") }
        unsafe self.database = database
        unsafe try Self.run(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS changes (id INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT;
            """, in: database)
        var insertion: OpaquePointer?
        let sql = "INSERT INTO changes (content) VALUES (hex(randomblob(150)))"
        guard unsafe sqlite3_prepare_v2(database, sql, -1, &insertion, nil) == SQLITE_OK,
            let insertion = unsafe insertion
        else { throw Failure(reason: "cannot prepare the insertion") }
        unsafe self.insertion = insertion
    }

    /// Makes so many changes and waits once until they are on disk.
    func commit(changes: Int) throws {
        unsafe try Self.run("BEGIN IMMEDIATE", in: database)
        for _ in 0..<changes {
            guard unsafe sqlite3_step(insertion) == SQLITE_DONE, unsafe sqlite3_reset(insertion) == SQLITE_OK else {
                throw Failure(reason: "cannot insert")
            }
        }
        unsafe try Self.run("COMMIT", in: database)
    }

    private static func run(_ sql: String, in database: OpaquePointer) throws {
        guard unsafe sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else {
            throw Failure(reason: "\(sql): \(unsafe String(cString: sqlite3_errmsg(database)))")
        }
    }
}
