import GRDB
import GRDBSQLite

/// One compiled statement of one connection (https://sqlite.org/c3ref/stmt.html).
@safe struct Statement {
    private let handle: OpaquePointer

    /// Compiles `sql`, one statement that will be run many times.
    init(_ sql: String, in connection: OpaquePointer) throws {
        var compiled: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
        guard code == SQLITE_OK, let compiled = unsafe compiled else {
            throw unsafe DatabaseError(code, of: connection)
        }
        unsafe handle = compiled
    }

    /// Sets all parameters by `give`, in memory behind the first `used` bytes of `space`; how many are used then.
    ///
    /// They must be left alone until the statement is reset.
    func bind(
        in space: UnsafeMutableRawBufferPointer, used: Int, _ give: (inout Parameters) throws -> Void
    ) throws -> Int {
        var parameters = unsafe Parameters(statement: handle, space: space, used: used)
        try give(&parameters)
        guard unsafe sqlite3_bind_parameter_count(handle) == parameters.count else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "a statement with the wrong number of values")
        }
        return parameters.used
    }

    /// Runs the statement up to its next row; false once it has come to its end.
    func step() throws -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// Lets go of what the run holds; a failure of the run has been thrown by ``step()`` already.
    func reset() {
        _ = unsafe sqlite3_reset(handle)
    }

    /// Frees the statement, which must not be used again.
    func finalize() {
        _ = unsafe sqlite3_finalize(handle)
    }

    /// The columns of the row that ``step()`` has come to; they are valid until the next step.
    func row(of table: String) -> ColumnReader {
        unsafe ColumnReader(statement: handle, table: table)
    }

    private func failure(_ code: Int32) -> DatabaseError {
        unsafe DatabaseError(code, of: sqlite3_db_handle(handle))
    }
}

extension DatabaseError {
    /// What SQLite says about the last call on `connection`, which returned `code`.
    init(_ code: Int32, of connection: OpaquePointer?) {
        let message = unsafe connection.flatMap { unsafe sqlite3_errmsg($0) }.map { unsafe String(cString: $0) }
        self.init(resultCode: ResultCode(rawValue: code), message: message)
    }
}
