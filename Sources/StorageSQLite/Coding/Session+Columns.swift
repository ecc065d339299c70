import OAuth
import Storage

extension Session {
    static let columns =
        "digest, \(Login.columns), created_at, last_seen_at, idle_lifetime, expires_at, sealed_id_token"

    /// Gives the values of ``columns``.
    func give(to parameters: inout Parameters) throws {
        try parameters.add(.digest(digest))
        try login.give(to: &parameters)
        try parameters.add(.time(createdAt))
        try parameters.add(.time(lastSeenAt))
        try parameters.add(.integer(idleLifetime))
        try parameters.add(.time(expiresAt))
        try parameters.add(.text(sealedIDToken))
    }

    init(reading reader: inout ColumnReader) throws(StoreError) {
        self.init(
            digest: try reader.digest(), login: try Login(reading: &reader), createdAt: try reader.time(),
            lastSeenAt: try reader.time(), idleLifetime: try reader.integer(), expiresAt: try reader.time(),
            sealedIDToken: reader.optionalText())
    }
}
