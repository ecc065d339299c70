extension Migration {
    /// Which session of a provider began which session here.
    static let upstreamSessions = Migration(
        version: 19,
        sql: """
            CREATE TABLE upstream_sessions (
                provider TEXT NOT NULL,
                name TEXT NOT NULL,
                account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                session_name TEXT NOT NULL,
                subject TEXT NOT NULL,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY (provider, name, account_id, session_name)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX upstream_sessions_by_expiry ON upstream_sessions (expires_at);
            CREATE INDEX upstream_sessions_by_subject ON upstream_sessions (provider, subject);
            CREATE INDEX upstream_sessions_by_session ON upstream_sessions (account_id, session_name);
            """)
}
