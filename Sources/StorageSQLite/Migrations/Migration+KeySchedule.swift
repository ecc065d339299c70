extension Migration {
    /// When a signing key begins to sign and when it can go, and at most one key waiting for each algorithm.
    ///
    /// A key that retires already has signed nothing since its algorithm's newest one was made; tokens lived for an hour.
    static let keySchedule = Migration(
        version: 9,
        sql: """
            ALTER TABLE signing_keys ADD COLUMN signs_from INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE signing_keys ADD COLUMN removable_at INTEGER
                CHECK (removable_at IS NULL OR state = 'retiring');
            UPDATE signing_keys SET
                signs_from = created_at,
                removable_at = CASE state WHEN 'retiring' THEN (
                    SELECT max(newer.created_at) + 7200000 FROM signing_keys AS newer
                    WHERE newer.algorithm = signing_keys.algorithm
                ) END;
            CREATE UNIQUE INDEX one_next_signing_key ON signing_keys (algorithm) WHERE state = 'next';
            """)
}
