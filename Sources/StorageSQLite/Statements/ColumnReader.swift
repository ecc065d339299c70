import GRDBSQLite
import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads the columns of one row from left to right, and reports damage instead of trapping.
@safe struct ColumnReader {
    private let statement: OpaquePointer
    private let table: String
    private var index: Int32 = 0

    /// The row that `statement` stands at; good for as long as it stands there.
    init(statement: OpaquePointer, table: String) {
        unsafe self.statement = statement
        self.table = table
    }

    /// What to throw where a column cannot be what it is.
    var damage: StoreError { .corrupt(table: table) }

    mutating func optionalText() -> String? {
        unsafe nextBytes().map { unsafe String(decoding: $0, as: UTF8.self) }
    }

    mutating func text() throws(StoreError) -> String {
        guard let text = optionalText() else { throw damage }
        return text
    }

    mutating func optionalInteger() -> Int64? {
        defer { index += 1 }
        guard unsafe sqlite3_column_type(statement, index) == SQLITE_INTEGER else { return nil }
        return unsafe sqlite3_column_int64(statement, index)
    }

    mutating func integer() throws(StoreError) -> Int {
        guard let value = optionalInteger(), let integer = Int(exactly: value) else { throw damage }
        return integer
    }

    mutating func optionalTime() -> Date? {
        optionalInteger().map(Date.init(milliseconds:))
    }

    mutating func time() throws(StoreError) -> Date {
        guard let time = optionalTime() else { throw damage }
        return time
    }

    mutating func digest() throws(StoreError) -> HandleDigest {
        guard let bytes = unsafe nextBytes(), bytes.count == 32 else { throw damage }
        return HandleDigest(stored: unsafe Array(bytes))
    }

    mutating func link() throws(StoreError) -> ChainLink {
        guard let bytes = optionalBytes(), let link = ChainLink(stored: bytes) else { throw damage }
        return link
    }

    mutating func identifier<Subject>() throws(StoreError) -> Identifier<Subject> {
        Identifier(rawValue: try text())
    }

    mutating func optionalIdentifier<Subject>() -> Identifier<Subject>? {
        optionalText().map(Identifier.init(rawValue:))
    }

    /// One of an enum's values by its raw text.
    mutating func word<Word: RawRepresentable<String>>() throws(StoreError) -> Word {
        guard let word = Word(rawValue: try text()) else { throw damage }
        return word
    }

    mutating func scope() throws(StoreError) -> Scope {
        guard let bytes = unsafe nextBytes() else { throw damage }
        let pieces = unsafe bytes.assumingMemoryBound(to: UInt8.self).span.pieces(between: UInt8(ascii: " "))
        return Scope(
            pieces.map { piece in
                unsafe String(decoding: UnsafeRawBufferPointer(rebasing: bytes[piece]), as: UTF8.self)
            })
    }

    mutating func resources() throws(StoreError) -> [ResourceIndicator] {
        var resources: [ResourceIndicator] = []
        for text in try lines() {
            guard let resource = ResourceIndicator(text) else { throw damage }
            resources.append(resource)
        }
        return resources
    }

    /// What was stored of claims that were asked for one by one.
    mutating func claims() throws(StoreError) -> ClaimSelection {
        guard let text = optionalText() else { return .none }
        guard let claims = try? ClaimSelection(json: Array(text.utf8)) else { throw damage }
        return claims
    }

    mutating func lines() throws(StoreError) -> [String] {
        guard let bytes = unsafe nextBytes(), let items = unsafe TextLines.decode(bytes) else { throw damage }
        return items
    }

    /// The bytes of a text or a blob; nil for NULL.
    mutating func optionalBytes() -> [UInt8]? {
        unsafe nextBytes().map { unsafe Array($0) }
    }

    /// How many bytes the next `count` columns have together; they stay unread.
    ///
    /// They must be texts or blobs: SQLite would turn an integer into a text for good.
    func length(ofNext count: Int) -> Int {
        var ahead = self
        var length = 0
        for _ in 0..<count { unsafe length += ahead.nextBytes()?.count ?? 0 }
        return length
    }

    /// The bytes of a text or a blob, until the statement's next step; nil for NULL.
    private mutating func nextBytes() -> UnsafeRawBufferPointer? {
        defer { index += 1 }
        // In this order: the length is that of the form last asked for.
        let start = unsafe sqlite3_column_blob(statement, index)
        let count = Int(unsafe sqlite3_column_bytes(statement, index))
        // An empty text has no bytes either.
        guard unsafe start != nil || sqlite3_column_type(statement, index) != SQLITE_NULL else { return nil }
        return unsafe UnsafeRawBufferPointer(start: start, count: count)
    }
}
