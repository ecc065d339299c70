extension Migration {
    /// Devices that wait to be let in. Who let one in stands in its row until the device has come for its grant.
    static let deviceRequests = Migration(
        version: 15,
        sql: """
            CREATE TABLE device_requests (
                digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
                user_code BLOB NOT NULL UNIQUE CHECK (length(user_code) = 32),
                client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
                scope TEXT NOT NULL,
                poll_interval INTEGER NOT NULL CHECK (poll_interval > 0),
                expires_at INTEGER NOT NULL,
                status TEXT NOT NULL CHECK (status IN ('pending', 'allowed', 'denied', 'redeemed')),
                account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
                provider TEXT,
                subject TEXT,
                authenticated_at INTEGER,
                methods TEXT,
                session_name TEXT,
                context_class TEXT CHECK (context_class <> ''),
                allowed_scope TEXT,
                sealed_tokens TEXT,
                CHECK (
                    status <> 'allowed'
                    OR (
                        account_id IS NOT NULL AND provider IS NOT NULL AND subject IS NOT NULL
                        AND authenticated_at IS NOT NULL AND methods IS NOT NULL AND allowed_scope IS NOT NULL
                    )
                )
            ) STRICT;
            CREATE INDEX device_requests_by_expiry ON device_requests (expires_at);
            CREATE INDEX device_requests_by_client ON device_requests (client_id);
            """)
}
