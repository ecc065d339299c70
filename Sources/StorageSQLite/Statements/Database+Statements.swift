import GRDB
import Storage

extension Database {
    /// Runs a statement without a result; the number of rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: [DatabaseValue] = []) throws -> Int {
        try cachedStatement(sql: sql).execute(arguments: Self.checked(arguments))
        return changesCount
    }

    /// The first row of a query or a `RETURNING` clause, read by `read`; nil if there is none.
    func first<Value>(
        of table: String, _ sql: String, _ arguments: [DatabaseValue], _ read: (inout ColumnReader) throws -> Value
    ) throws -> Value? {
        let rows = try Row.fetchCursor(cachedStatement(sql: sql), arguments: Self.checked(arguments))
        guard let row = try rows.next() else { return nil }
        var reader = ColumnReader(row: row, table: table)
        let value = try read(&reader)
        // A change with RETURNING is complete only when the statement has run to its end.
        while try rows.next() != nil {}
        return value
    }

    /// All rows of a query, each read by `read`.
    func all<Value>(
        of table: String, _ sql: String, _ arguments: [DatabaseValue] = [],
        _ read: (inout ColumnReader) throws -> Value
    ) throws -> [Value] {
        let rows = try Row.fetchCursor(cachedStatement(sql: sql), arguments: Self.checked(arguments))
        var values: [Value] = []
        while let row = try rows.next() {
            var reader = ColumnReader(row: row, table: table)
            values.append(try read(&reader))
        }
        return values
    }

    /// SQLite would cut a text at its first NUL, which could turn one person's name into another's.
    private static func checked(_ arguments: [DatabaseValue]) throws -> StatementArguments {
        for argument in arguments {
            if case .string(let text) = argument.storage, text.utf8.contains(0) { throw StoreError.unstorable }
        }
        // GRDB reads a list of one type through a key path, which costs more than the statement.
        return StatementArguments(arguments.map { $0 as (any DatabaseValueConvertible)? })
    }
}
