extension Migration {
    /// The keys to which clients have their upstream tokens encrypted, sealed, and what the clients call them.
    static let upstreamTokenKeys = Migration(
        version: 8,
        sql: """
            ALTER TABLE clients ADD COLUMN upstream_token_key TEXT CHECK (upstream_token_key <> '');
            ALTER TABLE clients ADD COLUMN upstream_token_key_id TEXT
                CHECK (upstream_token_key_id IS NULL OR upstream_token_key IS NOT NULL);
            """)
}
