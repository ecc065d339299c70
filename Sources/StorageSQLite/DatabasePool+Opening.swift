import GRDB
import Storage
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
        // As many as threads that may want one at once; each is opened when it is first needed.
        configuration.maximumReaderCount = max(4, ProcessInfo.processInfo.activeProcessorCount)
        configuration.prepareDatabase { database in
            // What a damaged or planted schema calls must not run (https://sqlite.org/security.html).
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        try refuseForeignFile(path, configuration)
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            // After a burst the log shrinks again to this many bytes.
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            try database.makeCommitsDurable(path)
            try database.migrate(path)
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
        let status: Stat
        do throws(Errno) {
            status = try Stat(FilePath(path))
        } catch {
            throw StoreError.unavailable(reason: "\(path): \(error)")
        }
        guard status.type == .regular else {
            throw StoreError.unavailable(reason: "\(path): not a file")
        }
        if status.permissions.isDisjoint(with: [.groupReadWriteExecute, .otherReadWriteExecute]) { return }
        guard unsafe chmod(path, 0o600) == 0 else { throw unusable(path) }
    }

    /// Looks at the file before a pool writes to it, so that a database that is not ours stays as it is.
    private static func refuseForeignFile(_ path: String, _ configuration: Configuration) throws {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        _ = try queue.unsafeRead { database in try database.acceptedVersion(path) }
        try queue.close()
    }

    private static func unusable(_ path: String) -> StoreError {
        .unavailable(reason: "\(path): \(unsafe String(cString: strerror(errno)))")
    }
}

extension Database {
    /// Makes every commit wait for the disk; GRDB's choice for WAL mode would lose the last ones in a power cut.
    fileprivate func makeCommitsDurable(_ path: String) throws {
        try execute(sql: "PRAGMA synchronous = FULL")
        let full = 2
        guard try Int.fetchOne(self, sql: "PRAGMA synchronous") == full else {
            throw StoreError.unavailable(reason: "\(path): SQLite does not accept synchronous=FULL")
        }
    }

    /// How many steps the database has taken, if it is Drawbridge's or empty, and not a newer program's.
    fileprivate func acceptedVersion(_ path: String) throws -> Int {
        let application = try Int.fetchOne(self, sql: "PRAGMA application_id")
        let objects = try Int.fetchOne(self, sql: "SELECT count(*) FROM sqlite_schema")
        guard application == Migration.applicationID || (application == 0 && objects == 0) else {
            throw StoreError.unavailable(reason: "\(path): another program's database")
        }
        let version = try Int.fetchOne(self, sql: "PRAGMA user_version") ?? 0
        guard version <= Migration.newestVersion else { throw StoreError.newerSchema }
        return version
    }

    /// Takes the steps that are missing, in one transaction, so that processes that start at once take them once.
    fileprivate func migrate(_ path: String) throws {
        try inTransaction(.immediate) {
            let version = try acceptedVersion(path)
            guard version < Migration.newestVersion else { return .commit }
            for migration in Migration.all where migration.version > version {
                try execute(sql: migration.sql)
            }
            try execute(sql: "PRAGMA application_id = \(Migration.applicationID)")
            try execute(sql: "PRAGMA user_version = \(Migration.newestVersion)")
            return .commit
        }
    }
}
