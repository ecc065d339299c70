extension Migration {
    /// Marks what was stored of a client, and spares each redemption and refresh what can be done later or not at all.
    ///
    /// `revision` is another number after every change of the row, whoever makes it. That a code was redeemed is a
    /// short row of its own, by which it is counted as a login when it is swept, along with many others. A grant is
    /// looked at when it was first to end, and again when a refresh has put its end off by then: `sweep_from` moves
    /// once in a lifetime, where `expires_at` moves with every refresh. The commands that search the trail by time read
    /// it from its end.
    static let quickLookups = Migration(
        version: 21,
        sql: """
            ALTER TABLE clients ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
            UPDATE clients SET revision = random();
            CREATE TRIGGER clients_begin_with_a_revision AFTER INSERT ON clients
            BEGIN
                UPDATE clients SET revision = random() WHERE id = new.id;
            END;
            CREATE TRIGGER clients_are_revised AFTER UPDATE ON clients WHEN new.revision = old.revision
            BEGIN
                UPDATE clients SET revision = random() WHERE id = new.id;
            END;

            DROP INDEX audit_events_by_time;

            DROP INDEX grants_by_expiry;
            ALTER TABLE grants ADD COLUMN sweep_from INTEGER NOT NULL DEFAULT 0;
            UPDATE grants SET sweep_from = expires_at;
            CREATE INDEX grants_by_sweep ON grants (sweep_from);

            ALTER TABLE codes RENAME TO old_codes;
            CREATE TABLE codes (
                number INTEGER NOT NULL PRIMARY KEY,
                digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
                grant_id TEXT NOT NULL,
                client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
                redirect_uri TEXT NOT NULL,
                code_challenge TEXT NOT NULL,
                scope TEXT NOT NULL,
                claims TEXT CHECK (claims <> ''),
                nonce TEXT,
                resources TEXT NOT NULL,
                account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                provider TEXT NOT NULL,
                subject TEXT NOT NULL,
                authenticated_at INTEGER NOT NULL,
                methods TEXT NOT NULL,
                session_name TEXT,
                context_class TEXT CHECK (context_class <> ''),
                sealed_tokens TEXT,
                expires_at INTEGER NOT NULL
            ) STRICT;
            INSERT INTO codes
                SELECT rowid, digest, grant_id, client_id, redirect_uri, code_challenge, scope, claims, nonce,
                    resources, account_id, provider, subject, authenticated_at, methods, session_name, context_class,
                    sealed_tokens, expires_at
                FROM old_codes;
            CREATE TABLE redeemed_codes (
                number INTEGER NOT NULL PRIMARY KEY REFERENCES codes (number) ON DELETE CASCADE,
                redeemed_at INTEGER NOT NULL,
                uncounted_logins INTEGER NOT NULL CHECK (uncounted_logins IN (0, 1))
            ) STRICT;
            INSERT INTO redeemed_codes SELECT rowid, redeemed_at, 0 FROM old_codes WHERE redeemed_at IS NOT NULL;
            DROP TABLE old_codes;
            """)
}
