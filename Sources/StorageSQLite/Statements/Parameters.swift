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

/// Gives one statement its values, from left to right.
///
/// Texts and blobs lie in memory of the connection's while the statement runs: SQLite would allocate some for each.
@safe struct Parameters {
    private let statement: OpaquePointer
    private let space: UnsafeMutableRawBufferPointer
    /// How many bytes of the space are taken, by these values and by those of statements that still run.
    private(set) var used: Int
    /// How many values were given.
    private(set) var count: Int32 = 0

    /// Puts what is given to `statement` behind the first `used` bytes of `space`.
    init(statement: OpaquePointer, space: UnsafeMutableRawBufferPointer, used: Int) {
        unsafe self.statement = statement
        unsafe self.space = space
        self.used = used
    }

    /// Sets the next parameter.
    mutating func add(_ value: SQLValue) throws {
        count += 1
        let code =
            switch value.storage {
            case .null: unsafe sqlite3_bind_null(statement, count)
            case .integer(let integer): unsafe sqlite3_bind_int64(statement, count, integer)
            case .text(let text):
                try unsafe text.utf8.span.bytes.withUnsafeBytes { utf8 in try unsafe bind(text: utf8) }
            case .blob(let bytes): unsafe bytes.withUnsafeBytes { bytes in unsafe bind(blob: bytes) }
            }
        guard code == SQLITE_OK else { throw unsafe DatabaseError(code, of: sqlite3_db_handle(statement)) }
    }

    /// Sets the next parameters.
    mutating func add(_ values: [SQLValue]) throws {
        for value in values { try add(value) }
    }

    private mutating func bind(text: UnsafeRawBufferPointer) throws -> Int32 {
        guard let start = text.baseAddress, unsafe !text.isEmpty else {
            return unsafe sqlite3_bind_text(statement, count, "", 0, Self.copied)
        }
        // SQLite would cut a text at its first NUL, which could turn one person's name into another's.
        guard unsafe memchr(start, 0, text.count) == nil else { throw StoreError.unstorable }
        let (kept, destructor) = unsafe keep(text)
        return unsafe sqlite3_bind_text(
            statement, count, kept?.assumingMemoryBound(to: CChar.self), Int32(text.count), destructor)
    }

    private mutating func bind(blob: UnsafeRawBufferPointer) -> Int32 {
        guard unsafe !blob.isEmpty else { return unsafe sqlite3_bind_zeroblob(statement, count, 0) }
        let (kept, destructor) = unsafe keep(blob)
        return unsafe sqlite3_bind_blob(statement, count, kept, Int32(blob.count), destructor)
    }

    /// Where SQLite finds `bytes`, and what it does about them: in the space, nothing; those that are too long for it, it
    /// copies before the call returns.
    private mutating func keep(
        _ bytes: UnsafeRawBufferPointer
    ) -> (start: UnsafeRawPointer?, destructor: sqlite3_destructor_type?) {
        guard unsafe bytes.count <= space.count - used else { return unsafe (bytes.baseAddress, Self.copied) }
        let place = unsafe UnsafeMutableRawBufferPointer(rebasing: space[used..<used + bytes.count])
        unsafe place.copyMemory(from: bytes)
        used += bytes.count
        return (UnsafeRawPointer(place.baseAddress), nil)
    }

    /// `SQLITE_TRANSIENT`.
    private static var copied: sqlite3_destructor_type? {
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }
}
