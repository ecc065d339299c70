import GRDB
import GRDBSQLite
import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

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

    /// Sets all parameters, from left to right.
    func bind(_ values: [SQLValue]) throws {
        guard unsafe sqlite3_bind_parameter_count(handle) == Int32(values.count) else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "a statement with the wrong number of values")
        }
        for (index, value) in values.enumerated() {
            let code = try bind(value, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw failure(code) }
        }
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

    private func bind(_ value: SQLValue, at index: Int32) throws -> Int32 {
        switch value.storage {
        case .null: return unsafe sqlite3_bind_null(handle, index)
        case .integer(let integer): return unsafe sqlite3_bind_int64(handle, index, integer)
        case .text(var text):
            return try text.withUTF8 { bytes in
                guard let start = bytes.baseAddress, !bytes.isEmpty else {
                    return unsafe sqlite3_bind_text(handle, index, "", 0, Self.copied)
                }
                // SQLite would cut a text at its first NUL, which could turn one person's name into another's.
                guard unsafe memchr(start, 0, bytes.count) == nil else { throw StoreError.unstorable }
                return unsafe start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                    unsafe sqlite3_bind_text(handle, index, characters, Int32(bytes.count), Self.copied)
                }
            }
        case .blob(let bytes):
            guard !bytes.isEmpty else { return unsafe sqlite3_bind_zeroblob(handle, index, 0) }
            return unsafe sqlite3_bind_blob(handle, index, bytes, Int32(bytes.count), Self.copied)
        }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        unsafe DatabaseError(code, of: sqlite3_db_handle(handle))
    }

    /// `SQLITE_TRANSIENT`: the bytes are copied before the call returns.
    private static var copied: sqlite3_destructor_type? {
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }
}

extension DatabaseError {
    /// What SQLite says about the last call on `connection`, which returned `code`.
    init(_ code: Int32, of connection: OpaquePointer?) {
        let message = unsafe connection.flatMap { unsafe sqlite3_errmsg($0) }.map { unsafe String(cString: $0) }
        self.init(resultCode: ResultCode(rawValue: code), message: message)
    }
}
