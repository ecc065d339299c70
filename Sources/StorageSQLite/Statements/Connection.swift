import GRDB
import GRDBSQLite
import Storage

/// One open connection to the database file, with the statements it has compiled.
///
/// Straight on SQLite's C interface: a general library's rows, argument lists and locks cost more than looking up a row.
@safe final class Connection {
    /// What a connection is for.
    enum Access {
        case reading
        case writing
    }

    private let handle: OpaquePointer
    private var lasting: [Statement?] = []
    private var others: [String: Statement] = [:]
    /// Where the texts and blobs of the statements that run lie, one statement's behind the other's.
    private let parameterSpace: UnsafeMutableRawBufferPointer
    private var parameterBytes = 0
    private let logPageCount: UnsafeMutablePointer<Int32>
    /// Where the trail ends with what the open transaction has added to it; nil where it has added nothing.
    var addedTrailEnd: TrailPosition?
    /// What the open transaction, or the last one, has added to the trail.
    var addedEvents: [StoreLoad.EventLabel] = []

    /// Opens the file at `path`, which must be there; a statement waits `patience` seconds for other processes' locks.
    init(path: String, access: Access, patience: Double) throws {
        let mode =
            switch access {
            case .reading: SQLITE_OPEN_READONLY
            case .writing: SQLITE_OPEN_READWRITE
            }
        var opened: OpaquePointer?
        // No mutex: whoever uses a connection has it alone.
        let code = unsafe sqlite3_open_v2(path, &opened, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            defer { _ = unsafe sqlite3_close_v2(opened) }
            throw unsafe DatabaseError(code, of: opened)
        }
        unsafe handle = opened
        unsafe parameterSpace = .allocate(byteCount: 8192, alignment: 1)
        unsafe logPageCount = .allocate(capacity: 1)
        unsafe logPageCount.initialize(to: 0)
        _ = unsafe sqlite3_busy_timeout(handle, Int32(patience * 1000))
        unsafe _disableDoubleQuotedStringLiterals(handle)
        try run("PRAGMA foreign_keys = ON")
        // What a damaged or planted schema calls must not run (https://sqlite.org/security.html).
        try run("PRAGMA trusted_schema = OFF")
    }

    deinit {
        for statement in lasting { statement?.finalize() }
        for statement in others.values { statement.finalize() }
        _ = unsafe sqlite3_close_v2(handle)
        unsafe parameterSpace.deallocate()
        unsafe logPageCount.deallocate()
    }

    /// How many pages the log held after this connection's last commit, if it counts them.
    var logPages: Int { Int(unsafe logPageCount.pointee) }

    /// Whether a transaction is open: SQLite ends it itself when the disk is full or unreadable.
    var isInsideTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// Runs a statement; the number of rows it changed.
    @discardableResult
    func run(_ sql: SQL, _ values: [SQLValue] = []) throws -> Int {
        try run(sql) { parameters in try parameters.add(values) }
    }

    /// Runs a statement with the values that `give` gives it; the number of rows it changed.
    @discardableResult
    func run(_ sql: SQL, giving give: (inout Parameters) throws -> Void) throws -> Int {
        try perform(sql, giving: give) { statement in
            while try statement.step() {}
            return Int(unsafe sqlite3_changes(handle))
        }
    }

    /// The first row of a query or a `RETURNING` clause, read by `read`; nil if there is none.
    func first<Value>(
        of table: String, _ sql: SQL, _ values: [SQLValue] = [], _ read: (inout ColumnReader) throws -> Value
    ) throws -> Value? {
        try perform(sql, values) { statement in
            guard try statement.step() else { return nil }
            var reader = statement.row(of: table)
            let value = try read(&reader)
            // A change with RETURNING is complete only when the statement has run to its end.
            while try statement.step() {}
            return value
        }
    }

    /// All rows of a query, each read by `read`.
    func all<Value>(
        of table: String, _ sql: SQL, _ values: [SQLValue] = [], _ read: (inout ColumnReader) throws -> Value
    ) throws -> [Value] {
        var found: [Value] = []
        try each(of: table, sql, values) { reader in found.append(try read(&reader)) }
        return found
    }

    /// Visits all rows of a query.
    func each(
        of table: String, _ sql: SQL, _ values: [SQLValue] = [], _ visit: (inout ColumnReader) throws -> Void
    ) throws {
        try perform(sql, values) { statement in
            while try statement.step() {
                var reader = statement.row(of: table)
                try visit(&reader)
            }
        }
    }

    /// Makes `changes` in one transaction, all of them or none, and returns once it is on disk.
    func transaction<Value>(_ changes: () throws -> Value) throws -> Value {
        try run(Self.begin)
        addedTrailEnd = nil
        addedEvents.removeAll(keepingCapacity: true)
        do {
            let value = try changes()
            try keepTrailEnd()
            try run(Self.commit)
            return value
        } catch {
            // What failed may have ended the transaction itself; that it failed is what counts.
            if isInsideTransaction { _ = try? run("ROLLBACK") }
            throw error
        }
    }

    /// Runs `queries` on the database as it is at one moment.
    func snapshot<Value>(_ queries: () throws -> Value) throws -> Value {
        try run(Self.beginReading)
        defer { _ = try? run(Self.commit) }
        return try queries()
    }

    /// Copies the log's pages to the database file, as many as nobody reads in an older state, waiting for no one.
    ///
    /// Throws where another connection copies.
    func checkpoint() throws {
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        guard code == SQLITE_OK else { throw unsafe DatabaseError(code, of: handle) }
    }

    /// Keeps count of the log's pages in ``logPages``, instead of copying them by itself now and then.
    func countLogPages() {
        _ = unsafe sqlite3_wal_hook(
            handle,
            { count, _, _, pages in
                unsafe count?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, logPageCount)
    }

    private static let beginReading = SQL.lasting("BEGIN")
    private static let begin = SQL.lasting("BEGIN IMMEDIATE")
    private static let commit = SQL.lasting("COMMIT")

    /// Has `steps` take a statement through its rows, once it has its values.
    private func perform<Value>(
        _ sql: SQL, giving give: (inout Parameters) throws -> Void, _ steps: (Statement) throws -> Value
    ) throws -> Value {
        let statement = try statement(sql)
        let bytesBefore = parameterBytes
        defer {
            statement.reset()
            parameterBytes = bytesBefore
        }
        parameterBytes = unsafe try statement.bind(in: parameterSpace, used: bytesBefore, give)
        return try steps(statement)
    }

    private func perform<Value>(
        _ sql: SQL, _ values: [SQLValue], _ steps: (Statement) throws -> Value
    ) throws -> Value {
        try perform(sql, giving: { parameters in try parameters.add(values) }, steps)
    }

    private func statement(_ sql: SQL) throws -> Statement {
        guard let slot = sql.slot else {
            if let statement = others[sql.text] { return statement }
            let statement = try unsafe Statement(sql.text, in: handle)
            others[sql.text] = statement
            return statement
        }
        if slot < lasting.count, let statement = lasting[slot] { return statement }
        let statement = try unsafe Statement(sql.text, in: handle)
        while lasting.count <= slot { lasting.append(nil) }
        lasting[slot] = statement
        return statement
    }
}
