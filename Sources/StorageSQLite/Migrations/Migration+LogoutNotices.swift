extension Migration {
    /// Clients that want to hear of logouts, what they have yet to hear, and the sessions that were ended.
    ///
    /// An ended session is remembered for as long as a code of it may still be under way.
    static let logoutNotices = Migration(
        version: 12,
        sql: """
            ALTER TABLE clients ADD COLUMN backchannel_logout_uri TEXT CHECK (backchannel_logout_uri <> '');
            ALTER TABLE clients ADD COLUMN backchannel_logout_session TEXT
                CHECK ((backchannel_logout_session IS NULL) = (backchannel_logout_uri IS NULL));

            CREATE TABLE logout_notices (
                id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
                client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
                account_id TEXT NOT NULL,
                session_name TEXT,
                ended_at INTEGER NOT NULL,
                ray INTEGER,
                host TEXT NOT NULL CHECK (host <> ''),
                attempts INTEGER NOT NULL CHECK (attempts >= 0),
                due_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX logout_notices_by_time ON logout_notices (due_at);
            CREATE INDEX logout_notices_by_host ON logout_notices (host, due_at);

            CREATE TABLE ended_sessions (
                name TEXT NOT NULL PRIMARY KEY CHECK (name <> ''),
                expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX ended_sessions_by_expiry ON ended_sessions (expires_at);
            """)
}
