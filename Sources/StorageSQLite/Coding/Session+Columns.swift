import OAuth
import Storage

extension Session {
    static let columns =
        "digest, \(Login.columns), created_at, last_seen_at, idle_lifetime, expires_at, sealed_id_token"

    /// The values of ``columns``.
    var columnValues: [SQLValue] {
        [.digest(digest)] + login.columnValues
            + [.time(createdAt), .time(lastSeenAt), .integer(idleLifetime), .time(expiresAt), .text(sealedIDToken)]
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            digest: try reader.digest(), login: try Login(reading: &reader), createdAt: try reader.time(),
            lastSeenAt: try reader.time(), idleLifetime: try reader.integer(), expiresAt: try reader.time(),
            sealedIDToken: reader.optionalText())
    }
}
