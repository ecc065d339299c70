import GRDB
import Storage

extension StoreError {
    /// What `error` means to a store's users; an error of the store's own, and a cancellation, stay what they are.
    ///
    /// SQLite's messages name tables and columns, never values, so a reason can go to a log.
    static func typed(_ error: any Error, path: String) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY: return StoreError.conflict
        case .SQLITE_CONSTRAINT_FOREIGNKEY: return StoreError.notFound
        default: return StoreError.unavailable(reason: "\(path): \(reason(error))")
        }
    }

    private static func reason(_ error: DatabaseError) -> String {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: "locked by another process for too long"
        case .SQLITE_FULL: "the disk is full"
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: "not writable for this user"
        case .SQLITE_CANTOPEN: "cannot be opened: no such folder, or not permitted to this user"
        case .SQLITE_NOTADB: "not an SQLite database"
        case .SQLITE_CORRUPT: "damaged: \(error.message ?? "SQLITE_CORRUPT")"
        case .SQLITE_IOERR: "the disk cannot be read or written: \(error.message ?? "SQLITE_IOERR")"
        default: "\(error.message ?? "no message") (SQLite code \(error.extendedResultCode.rawValue))"
        }
    }
}
