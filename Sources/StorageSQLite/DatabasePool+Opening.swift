import GRDB
import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension DatabasePool {
    /// Opens the file, made if it is missing, and brings its tables up to date.
    static func opening(_ path: String, patience: Double) throws -> DatabasePool {
        try restrictFile(path)
        var configuration = Configuration()
        configuration.label = "drawbridge"
        configuration.busyMode = .timeout(patience)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            // What a damaged or planted schema calls must not run (https://sqlite.org/security.html).
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            // After a burst the log shrinks again to this many bytes.
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            try database.makeCommitsDurable()
            try database.migrate()
        }
        return pool
    }

    /// Sees to it that only this user can read the file.
    ///
    /// The file is never opened here: closing it again would drop every lock this process holds on it
    /// (https://sqlite.org/howtocorrupt.html §2.2). SQLite gives its log the same mode.
    private static func restrictFile(_ path: String) throws {
        if unsafe mknod(path, S_IFREG | 0o600, 0) == 0 { return }
        guard errno == EEXIST else { throw unusable(path) }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw unusable(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError.unavailable(reason: "\(path): not a file")
        }
        if status.st_mode & 0o077 == 0 { return }
        guard unsafe chmod(path, 0o600) == 0 else { throw unusable(path) }
    }

    private static func unusable(_ path: String) -> StoreError {
        .unavailable(reason: "\(path): \(unsafe String(cString: strerror(errno)))")
    }
}

extension Database {
    /// Makes every commit wait for the disk; GRDB's choice for WAL mode would lose the last ones in a power cut.
    fileprivate func makeCommitsDurable() throws {
        try execute(sql: "PRAGMA synchronous = FULL")
        let full = 2
        guard try Int.fetchOne(self, sql: "PRAGMA synchronous") == full else {
            throw StoreError.unavailable(reason: "SQLite does not accept synchronous=FULL")
        }
    }

    /// Takes the steps that are missing, in one transaction, so that processes that start at once take them once.
    fileprivate func migrate() throws {
        try inTransaction(.immediate) {
            let version = try Int.fetchOne(self, sql: "PRAGMA user_version") ?? 0
            let application = try Int.fetchOne(self, sql: "PRAGMA application_id") ?? 0
            let isOurs = try application == Migration.applicationID || (application == 0 && isEmpty())
            guard isOurs else {
                throw StoreError.unavailable(reason: "another program's database")
            }
            guard version <= Migration.newestVersion else { throw StoreError.newerSchema }
            guard version < Migration.newestVersion else { return .commit }
            for migration in Migration.all where migration.version > version {
                try execute(sql: migration.sql)
            }
            try execute(sql: "PRAGMA application_id = \(Migration.applicationID)")
            try execute(sql: "PRAGMA user_version = \(Migration.newestVersion)")
            return .commit
        }
    }

    private func isEmpty() throws -> Bool {
        try Int.fetchOne(self, sql: "SELECT count(*) FROM sqlite_schema") == 0
    }
}
