extension Migration {
    /// Clients that register themselves, and who may let them.
    static let registration = Migration(
        version: 18,
        sql: """
            CREATE TABLE initial_access (
                digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
                id TEXT NOT NULL UNIQUE CHECK (id <> ''),
                note TEXT NOT NULL,
                scope TEXT NOT NULL,
                providers TEXT,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                uses_left INTEGER NOT NULL CHECK (uses_left >= 0)
            ) STRICT;
            CREATE INDEX initial_access_by_expiry ON initial_access (expires_at);

            CREATE TABLE registrations (
                client_id TEXT NOT NULL PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
                digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
                initial_access TEXT NOT NULL CHECK (initial_access <> ''),
                scope TEXT NOT NULL,
                providers TEXT,
                authentication_method TEXT NOT NULL CHECK (authentication_method <> ''),
                registered_at INTEGER NOT NULL
            ) STRICT;
            """)
}
