-- What this database belongs to: the fingerprint of the root secret.
CREATE TABLE server_facts (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- People. `id` is the `sub` of their tokens and is never reassigned.
CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    username      TEXT NOT NULL UNIQUE,
    name          TEXT,
    email         TEXT,
    password_hash TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    disabled_at   BIGINT,
    -- approvals and sessions older than this are void: the password changed, or they signed out everywhere
    valid_from    BIGINT NOT NULL
);

-- Consecutive login failures, by a keyed digest of the username: an account that does not exist has a row as well.
CREATE TABLE login_throttles (
    account    BYTEA PRIMARY KEY,
    failures   BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX login_throttles_updated_at ON login_throttles (updated_at);

-- Counters against guessing: how much of a budget is spent until it starts anew.
CREATE TABLE budgets (
    name     TEXT NOT NULL,
    holder   TEXT NOT NULL,
    spent    BIGINT NOT NULL,
    until    BIGINT NOT NULL,
    PRIMARY KEY (name, holder)
);
CREATE INDEX budgets_until ON budgets (until);

-- Browsers. The cookie's value is not here, only its digest; what waits for a login is sealed under the cookie.
CREATE TABLE browser_sessions (
    digest       BYTEA PRIMARY KEY,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    idle_until   BIGINT NOT NULL,
    subject      TEXT,
    auth_time    BIGINT,
    amr          TEXT,
    wrong_codes  BIGINT NOT NULL,
    sealed_next  BYTEA,
    CHECK ((subject IS NULL) = (auth_time IS NULL)),
    CHECK ((subject IS NULL) = (amr IS NULL))
);
CREATE INDEX browser_sessions_idle_until ON browser_sessions (idle_until);
CREATE INDEX browser_sessions_subject ON browser_sessions (subject);

-- Requests of devices (RFC 8628). The checks repeat what the type says: no subject, no approved row.
CREATE TABLE device_grants (
    id                 TEXT PRIMARY KEY,
    device_code_digest BYTEA NOT NULL UNIQUE,
    user_code_digest   BYTEA NOT NULL UNIQUE,
    client_id          TEXT NOT NULL,
    scope              TEXT NOT NULL,
    nonce              TEXT,
    requested_at       BIGINT NOT NULL,
    requested_from     TEXT NOT NULL,
    user_agent         TEXT,
    expires_at         BIGINT NOT NULL,
    purge_at           BIGINT NOT NULL,
    -- how it is polled; written by polls alone, without a new revision
    interval_ms        BIGINT NOT NULL,
    answered_at        BIGINT,
    slowed             BOOLEAN NOT NULL,
    repeated           BOOLEAN NOT NULL,
    -- where it stands; every change of it is a new revision
    revision           BIGINT NOT NULL,
    state              TEXT NOT NULL,
    subject            TEXT,
    session_digest     BYTEA,
    handle_digest      BYTEA UNIQUE,
    entry              TEXT,
    -- the user code, sealed under the handle that only the page's URL holds
    sealed_code        BYTEA,
    approved_at        BIGINT,
    granted_scope      TEXT,
    auth_time          BIGINT,
    amr                TEXT,
    acr                TEXT,
    redeemed_at        BIGINT,
    family_id          TEXT,
    CHECK (state IN ('pending', 'claimed', 'approved', 'denied', 'revoked', 'redeemed')),
    CHECK (state IN ('pending', 'revoked')
        OR (subject IS NOT NULL AND session_digest IS NOT NULL AND handle_digest IS NOT NULL AND entry IS NOT NULL
            AND sealed_code IS NOT NULL)),
    CHECK (state <> 'approved'
        OR (approved_at IS NOT NULL AND granted_scope IS NOT NULL AND auth_time IS NOT NULL AND amr IS NOT NULL)),
    CHECK (state <> 'redeemed' OR (redeemed_at IS NOT NULL AND family_id IS NOT NULL))
);
CREATE INDEX device_grants_purge_at ON device_grants (purge_at);

-- What one approval led to: all tokens that descend from it live and die together.
CREATE TABLE token_families (
    id         TEXT PRIMARY KEY,
    grant_id   TEXT NOT NULL UNIQUE,
    client_id  TEXT NOT NULL,
    subject    TEXT NOT NULL,
    scope      TEXT NOT NULL,
    auth_time  BIGINT NOT NULL,
    amr        TEXT NOT NULL,
    acr        TEXT,
    issued_at  BIGINT NOT NULL,
    purge_at   BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX token_families_subject ON token_families (subject);
CREATE INDEX token_families_purge_at ON token_families (purge_at);

-- Access tokens, by the digest of their `jti`.
CREATE TABLE access_tokens (
    digest     BYTEA PRIMARY KEY,
    family_id  TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX access_tokens_family_id ON access_tokens (family_id);
CREATE INDEX access_tokens_expires_at ON access_tokens (expires_at);

-- Keys that sign tokens; the private half is sealed under the root secret. One key is made for each generation.
CREATE TABLE signing_keys (
    kid            TEXT PRIMARY KEY,
    algorithm      TEXT NOT NULL,
    generation     BIGINT NOT NULL,
    public_jwk     TEXT NOT NULL,
    sealed_private BYTEA NOT NULL,
    created_at     BIGINT NOT NULL,
    UNIQUE (algorithm, generation)
);
