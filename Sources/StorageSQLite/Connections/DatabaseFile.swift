import CSQLite
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

/// The database file: made, checked and brought up to date by GRDB before the store's own connections use it.
enum DatabaseFile {
    /// Makes the file if it is missing, and brings its tables up to date; what writes to it.
    static func open(_ path: String, patience: Double) throws -> GroupCommit {
        _ = libraryIsSet
        try restrictFile(path)
        var configuration = Configuration()
        configuration.label = "drawbridge"
        configuration.busyMode = .timeout(patience)
        configuration.prepareDatabase { database in
            // What a damaged or planted schema calls must not run (https://sqlite.org/security.html).
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        try refuseForeignFile(path, configuration)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            try database.keepLog(path)
            try database.migrate(path)
        }
        // Opened before the other is closed, or the log would be removed and made again.
        let writer = try Connection(path: path, access: .writing, patience: patience)
        try writer.prepareToWrite(path)
        let copier = try Connection(path: path, access: .writing, patience: patience)
        try copier.openLog(path)
        try queue.close()
        return GroupCommit(writer: writer, checkpoints: Checkpoints(connection: copier))
    }

    /// Set once, before the library is first used; where somebody else was first, it stays as it was.
    private static let libraryIsSet = drawbridge_sqlite_count_no_memory() == ResultCode.SQLITE_OK.rawValue

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

extension Connection {
    /// Opens the log, to which nothing is written or copied without waiting for the disk.
    fileprivate func openLog(_ path: String) throws {
        // Anything less would lose the last commits in a power cut.
        try run("PRAGMA synchronous = FULL")
        let full = 2
        let mode = try first(of: "synchronous", "PRAGMA synchronous") { reader in try reader.integer() }
        guard mode == full else {
            throw StoreError.unavailable(reason: "\(path): SQLite does not accept synchronous=FULL")
        }
        // The first read opens the log, which is there for readers for as long as somebody has it open.
        try run("SELECT 1 FROM sqlite_schema LIMIT 1")
    }

    fileprivate func prepareToWrite(_ path: String) throws {
        // ``Checkpoints`` copies the log.
        countLogPages()
        // No larger cache_size than the usual 2000 kilobytes: where a commit has put pages of an index into another order, as
        // nearly each does that adds codes or grants, SQLite 3.40 walks all pages it keeps (pcache1TruncateUnsafe).
        // After a burst the log shrinks again to this many bytes.
        try run("PRAGMA journal_size_limit = 67108864")
        try openLog(path)
    }
}

extension Database {
    /// Switches to WAL mode; GRDB's own way to do that changes the schema at each opening.
    fileprivate func keepLog(_ path: String) throws {
        // Only a new file takes it. Almost every change touches a page of its own in some index, which goes into the
        // log whole: half the usual size is half the bytes to sum up and to write.
        try execute(sql: "PRAGMA page_size = 2048")
        guard try String.fetchOne(self, sql: "PRAGMA journal_mode = WAL") == "wal" else {
            throw StoreError.unavailable(reason: "\(path): SQLite does not accept journal_mode=WAL")
        }
        try execute(sql: "PRAGMA synchronous = FULL")
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
                try migration.completion?(self)
            }
            try execute(sql: "PRAGMA application_id = \(Migration.applicationID)")
            try execute(sql: "PRAGMA user_version = \(Migration.newestVersion)")
            return .commit
        }
    }
}
