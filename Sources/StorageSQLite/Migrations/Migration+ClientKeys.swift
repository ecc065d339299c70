extension Migration {
    /// Clients that prove themselves with a key of their own, and what they may present once.
    ///
    /// Such a client has no secret, so `authentication` says `none` of it; the key set says the rest.
    static let clientKeys = Migration(
        version: 6,
        sql: """
            ALTER TABLE clients ADD COLUMN key_set TEXT
                CHECK (key_set IS NULL OR (key_set <> '' AND authentication = 'none'));

            CREATE TABLE used_once (
                digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
                expires_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX used_once_by_expiry ON used_once (expires_at);
            """)
}
