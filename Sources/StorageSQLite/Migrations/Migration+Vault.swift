extension Migration {
    /// Upstream tokens kept for later, and which clients may fetch them.
    ///
    /// An identity that is gone leaves its row: the tokens are revoked at the provider before it goes.
    static let vault = Migration(
        version: 13,
        sql: """
            ALTER TABLE clients ADD COLUMN upstream_token_providers TEXT NOT NULL DEFAULT '';

            CREATE TABLE vault (
                provider TEXT NOT NULL,
                subject TEXT NOT NULL,
                account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                revision INTEGER NOT NULL CHECK (revision > 0),
                leader TEXT NOT NULL CHECK (leader IN ('broker', 'front_end')),
                sealed_tokens TEXT CHECK (sealed_tokens <> ''),
                sealed_refresh_token TEXT CHECK (sealed_refresh_token <> ''),
                kept_at INTEGER NOT NULL,
                ended_at INTEGER,
                PRIMARY KEY (provider, subject),
                CHECK ((sealed_tokens IS NULL) = (ended_at IS NOT NULL)),
                CHECK (ended_at IS NULL OR sealed_refresh_token IS NULL)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX vault_by_account ON vault (account_id);
            """)
}
