-- The database of schema version 4, before events were linked.
PRAGMA application_id = 0x44524247;
PRAGMA user_version = 4;

CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    name TEXT NOT NULL,
    logo_uri TEXT,
    redirect_uris TEXT NOT NULL,
    post_logout_redirect_uris TEXT NOT NULL,
    authentication TEXT NOT NULL CHECK (authentication IN ('none', 'secret')),
    secret_hash TEXT,
    grant_types TEXT NOT NULL,
    allowed_scope TEXT NOT NULL,
    token_profile TEXT NOT NULL,
    id_token_algorithm TEXT NOT NULL,
    consent TEXT NOT NULL,
    providers TEXT, introspection_algorithm TEXT CHECK (introspection_algorithm <> ''),
    CHECK ((authentication = 'secret') = (secret_hash IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    status TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE identities (
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    claims TEXT NOT NULL,
    last_login_at INTEGER, verified_email TEXT CHECK (verified_email <> ''),
    PRIMARY KEY (provider, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX identities_by_account ON identities (account_id);

CREATE TABLE local_credentials (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_name TEXT NOT NULL,
    user_name_key TEXT NOT NULL UNIQUE CHECK (user_name_key <> ''),
    password_hash TEXT NOT NULL CHECK (password_hash <> ''),
    UNIQUE (provider, subject),
    FOREIGN KEY (provider, subject) REFERENCES identities (provider, subject) ON DELETE CASCADE
) STRICT;

CREATE TABLE kept_requests (
    reference BLOB NOT NULL PRIMARY KEY CHECK (length(reference) = 32),
    sealed TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX kept_requests_by_expiry ON kept_requests (expires_at);

CREATE TABLE payloads (
    id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    state TEXT NOT NULL CHECK (state IN ('staged', 'used_up')),
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    provider TEXT,
    subject TEXT,
    authenticated_at INTEGER,
    methods TEXT,
    session_name TEXT,
    sealed_tokens TEXT,
    expires_at INTEGER NOT NULL,
    CHECK (
        state = 'used_up'
        OR (
            account_id IS NOT NULL AND provider IS NOT NULL AND subject IS NOT NULL
            AND authenticated_at IS NOT NULL AND methods IS NOT NULL
        )
    ),
    CHECK (state = 'staged' OR sealed_tokens IS NULL)
) STRICT;

CREATE INDEX payloads_by_expiry ON payloads (expires_at);

CREATE TABLE codes (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    grant_id TEXT NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    scope TEXT NOT NULL,
    nonce TEXT,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    authenticated_at INTEGER NOT NULL,
    methods TEXT NOT NULL,
    session_name TEXT,
    sealed_tokens TEXT,
    expires_at INTEGER NOT NULL,
    redeemed_at INTEGER
) STRICT;

CREATE INDEX codes_by_expiry ON codes (expires_at);

CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    authenticated_at INTEGER NOT NULL,
    methods TEXT NOT NULL,
    session_name TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    generation INTEGER NOT NULL CHECK (generation >= 0),
    revoked_at INTEGER,
    rotated_at INTEGER,
    sealed_successor TEXT,
    successor_expires_at INTEGER,
    CHECK ((sealed_successor IS NULL) = (successor_expires_at IS NULL))
) STRICT;

CREATE INDEX grants_by_account ON grants (account_id);

CREATE INDEX grants_by_expiry ON grants (expires_at);

CREATE INDEX grants_by_successor_expiry ON grants (successor_expires_at)
    WHERE successor_expires_at IS NOT NULL;

CREATE TABLE consents (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope_token TEXT NOT NULL CHECK (scope_token <> ''),
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, client_id, scope_token)
) STRICT, WITHOUT ROWID;

CREATE INDEX consents_by_client ON consents (client_id);

CREATE TABLE sessions (
    digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    authenticated_at INTEGER NOT NULL,
    methods TEXT NOT NULL,
    session_name TEXT,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    idle_lifetime INTEGER NOT NULL CHECK (idle_lifetime >= 0),
    expires_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
        GENERATED ALWAYS AS (min(expires_at, last_seen_at + idle_lifetime * 1000)) VIRTUAL
, sealed_id_token TEXT CHECK (sealed_id_token <> '')) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE INDEX sessions_by_end ON sessions (ends_at);

CREATE TABLE login_failures (
    key TEXT NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL CHECK (count > 0),
    last_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX login_failures_by_expiry ON login_failures (expires_at);

CREATE TABLE signing_keys (
    id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    algorithm TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('next', 'active', 'retiring')),
    sealed_private_key TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX one_active_signing_key ON signing_keys (algorithm) WHERE state = 'active';

CREATE TABLE audit_events (
    id INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    ray INTEGER,
    account_id TEXT,
    client_id TEXT,
    provider TEXT,
    grant_id TEXT,
    address TEXT,
    reason TEXT
) STRICT;

CREATE INDEX audit_events_by_time ON audit_events (at);

CREATE TRIGGER audit_events_are_final BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are never changed');
END;

CREATE INDEX identities_by_verified_email ON identities (verified_email) WHERE verified_email IS NOT NULL;
