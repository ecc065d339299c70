extension Migration {
    /// How often each account has logged in to each client. What was redeemed before this step is not in it.
    static let loginCounts = Migration(
        version: 11,
        sql: """
            CREATE TABLE client_logins (
                client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
                account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                count INTEGER NOT NULL CHECK (count > 0),
                first_at INTEGER NOT NULL,
                latest_at INTEGER NOT NULL CHECK (latest_at >= first_at),
                PRIMARY KEY (client_id, account_id)
            ) STRICT, WITHOUT ROWID;
            """)
}
