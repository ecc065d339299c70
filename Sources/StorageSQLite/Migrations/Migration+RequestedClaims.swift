extension Migration {
    /// Of which class a login was, and the claims that a client asked for one by one.
    static let requestedClaims = Migration(
        version: 17,
        sql: """
            ALTER TABLE payloads ADD COLUMN context_class TEXT CHECK (context_class <> '');
            ALTER TABLE codes ADD COLUMN context_class TEXT CHECK (context_class <> '');
            ALTER TABLE grants ADD COLUMN context_class TEXT CHECK (context_class <> '');
            ALTER TABLE sessions ADD COLUMN context_class TEXT CHECK (context_class <> '');

            ALTER TABLE codes ADD COLUMN claims TEXT CHECK (claims <> '');
            ALTER TABLE grants ADD COLUMN claims TEXT CHECK (claims <> '');

            CREATE TABLE claim_consents (
                account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
                claim TEXT NOT NULL CHECK (claim <> ''),
                granted_at INTEGER NOT NULL,
                PRIMARY KEY (account_id, client_id, claim)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX claim_consents_by_client ON claim_consents (client_id);
            """)
}
