-- The schema of grantd 0.1.0: one text for SQLite and Postgres. See README.md in this folder.

-- What is true of this database as a whole: the fingerprint of its root secret, and the oldest reader (see README.md).
CREATE TABLE server_facts (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO server_facts (name, value) VALUES ('oldest_reader', '1');

-- People. `id` is the `sub` of their tokens and is never reassigned.
CREATE TABLE users (
    id              TEXT PRIMARY KEY,
    username        TEXT NOT NULL UNIQUE,
    name            TEXT,
    email           TEXT,
    password_hash   TEXT NOT NULL,
    -- NULL: when the account was created
    password_set_at BIGINT,
    created_at      BIGINT NOT NULL,
    disabled_at     BIGINT,
    -- approvals and sessions older than this are void: the password changed, or the person signed out everywhere
    valid_from      BIGINT NOT NULL
);
-- The parameters of the password hashes in use: a PHC string without its salt and its hash. Every login asks for the next
-- one after those that it knows, so the index finds it without reading all accounts.
CREATE INDEX users_password_parameters ON users (
    (rtrim(rtrim(rtrim(rtrim(password_hash, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'), '$'),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'), '$'))
);

-- Consecutive login failures, by a keyed digest of the username: an account that does not exist has a row as well, so
-- that nobody learns which accounts exist.
CREATE TABLE login_throttles (
    account      BYTEA PRIMARY KEY,
    -- the row of the account, if this row counts the failures in one browser that has logged in to it before
    known_of     BYTEA,
    failures     BIGINT NOT NULL,
    not_before   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    -- Logins whose password is being verified count against the limit until the result is known. After trying_until the
    -- process that verifies them has died.
    trying       BIGINT NOT NULL,
    trying_until BIGINT NOT NULL
);
CREATE INDEX login_throttles_updated_at ON login_throttles (updated_at);
CREATE INDEX login_throttles_known_of ON login_throttles (known_of) WHERE known_of IS NOT NULL;

-- Counters against guessing: how much of a budget is spent until it starts again.
CREATE TABLE budgets (
    name       TEXT NOT NULL,
    holder     TEXT NOT NULL,
    spent      BIGINT NOT NULL,
    until      BIGINT NOT NULL,
    -- attempts whose result is not known yet; after held_until the process that made them has died
    held       BIGINT NOT NULL DEFAULT 0,
    held_until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (name, holder)
);
CREATE INDEX budgets_until ON budgets (until);

-- Values that may be used once: the `jti` of proofs and assertions, as digests. All nodes share the table, so a value that
-- one node has seen cannot be replayed to another.
CREATE TABLE single_uses (
    digest     BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX single_uses_expires_at ON single_uses (expires_at);

-- Browser sessions. The row holds the digest of the cookie's value; what waits for a login is sealed under that value.
CREATE TABLE browser_sessions (
    digest         BYTEA PRIMARY KEY,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    idle_until     BIGINT NOT NULL,
    subject        TEXT NOT NULL,
    auth_time      BIGINT NOT NULL,
    amr            TEXT NOT NULL,
    signed_in_from TEXT,
    user_agent     TEXT,
    sealed_next    BYTEA,
    wrong_codes    BIGINT NOT NULL,
    -- when a right code was last entered: such a session may go on when the server accepts no more wrong codes of others
    right_code_at  BIGINT
);
CREATE INDEX browser_sessions_idle_until ON browser_sessions (idle_until);
CREATE INDEX browser_sessions_subject ON browser_sessions (subject);

-- Device authorization requests (RFC 8628). The checks repeat what the type of the grant guarantees.
CREATE TABLE device_grants (
    id                   TEXT PRIMARY KEY,
    device_code_digest   BYTEA NOT NULL UNIQUE,
    user_code_digest     BYTEA NOT NULL UNIQUE,
    client_id            TEXT NOT NULL,
    scope                TEXT NOT NULL,
    nonce                TEXT,
    -- the other parameters of the request (login hint, max_age, resources) as a JSON object; NULL: none
    wishes               TEXT,
    requested_at         BIGINT NOT NULL,
    requested_from       TEXT NOT NULL,
    -- the network of the address (an IPv4 address or an IPv6 /64) and the larger networks around it: an IPv6 /56, and an
    -- IPv6 /48 or an IPv4 /24; NULL where there is none
    requested_network    TEXT NOT NULL,
    requested_subscriber TEXT,
    requested_site       TEXT,
    user_agent           TEXT,
    expires_at           BIGINT NOT NULL,
    purge_at             BIGINT NOT NULL,
    -- what a poll has to prove: possession of the key with this RFC 7638 thumbprint (DPoP), the verifier of this challenge
    -- (PKCE, a SHA-256 digest), and how many wrong verifiers came
    dpop_jkt             TEXT,
    code_challenge       BYTEA,
    wrong_verifiers      BIGINT NOT NULL DEFAULT 0,
    -- the pace of the polls; polls alone write it, without a new revision
    interval_ms          BIGINT NOT NULL,
    answered_at          BIGINT,
    slowed               BOOLEAN NOT NULL,
    repeated             BOOLEAN NOT NULL,
    -- the state; every change of it is a new revision
    revision             BIGINT NOT NULL,
    state                TEXT NOT NULL,
    subject              TEXT,
    session_digest       BYTEA,
    handle_digest        BYTEA UNIQUE,
    entry                TEXT,
    -- the user code, sealed under the handle that only the URL of the page holds
    sealed_code          BYTEA,
    approved_at          BIGINT,
    granted_scope        TEXT,
    auth_time            BIGINT,
    amr                  TEXT,
    acr                  TEXT,
    redeemed_at          BIGINT,
    family_id            TEXT,
    -- when the person who entered the code said that they did not start the request
    reported_at          BIGINT,
    -- What ties the person in the browser to the person at the device, for clients that opted in (RFC 10027 sections 6.1.16
    -- and 6.1.17): the keyed digest of the number that the device shows, and whether another number was picked, which
    -- denied the request; whether the device has to send the PIN of the approval, the keyed digest of that PIN, and how many
    -- PINs came.
    number_digest        BYTEA,
    number_missed        BOOLEAN NOT NULL DEFAULT FALSE,
    pin_required         BOOLEAN NOT NULL DEFAULT FALSE,
    pin_digest           BYTEA,
    pin_tries            BIGINT NOT NULL DEFAULT 0,
    CHECK (state IN ('pending', 'claimed', 'approved', 'denied', 'revoked', 'redeemed')),
    CHECK (state IN ('pending', 'revoked')
        OR (subject IS NOT NULL AND session_digest IS NOT NULL AND handle_digest IS NOT NULL AND entry IS NOT NULL
            AND sealed_code IS NOT NULL)),
    CHECK (state <> 'approved'
        OR (approved_at IS NOT NULL AND granted_scope IS NOT NULL AND auth_time IS NOT NULL AND amr IS NOT NULL)),
    CHECK (state <> 'redeemed' OR (redeemed_at IS NOT NULL AND family_id IS NOT NULL))
);
CREATE INDEX device_grants_purge_at ON device_grants (purge_at);
-- A person's approvals that no device has used yet.
CREATE INDEX device_grants_approved ON device_grants (subject) WHERE state = 'approved';
-- The counts of waiting grants. No index holds a grant that was decided.
CREATE INDEX device_grants_live ON device_grants (expires_at) WHERE state IN ('pending', 'claimed');
CREATE INDEX device_grants_live_client ON device_grants (client_id, expires_at) WHERE state IN ('pending', 'claimed');
CREATE INDEX device_grants_live_network ON device_grants (requested_network, expires_at)
    WHERE state IN ('pending', 'claimed');
CREATE INDEX device_grants_live_subscriber ON device_grants (requested_subscriber, expires_at)
    WHERE state IN ('pending', 'claimed');
CREATE INDEX device_grants_live_site ON device_grants (requested_site, expires_at) WHERE state IN ('pending', 'claimed');
-- A grant that was revoked before it was approved counts as waiting until it would have expired. They are few, so indexes
-- of their own cost the other grants nothing.
CREATE INDEX device_grants_revoked ON device_grants (expires_at) WHERE state = 'revoked';
CREATE INDEX device_grants_revoked_client ON device_grants (client_id, expires_at) WHERE state = 'revoked';
CREATE INDEX device_grants_revoked_network ON device_grants (requested_network, expires_at) WHERE state = 'revoked';
CREATE INDEX device_grants_revoked_subscriber ON device_grants (requested_subscriber, expires_at) WHERE state = 'revoked';
CREATE INDEX device_grants_revoked_site ON device_grants (requested_site, expires_at) WHERE state = 'revoked';

-- Token families: all tokens that descend from one grant are valid and end together. The chain of refresh tokens is linear,
-- so the row keeps the last two of them, however often they rotate. A refresh token names its chain by `refresh_key` (a
-- digest of its first half); one that is neither the current nor the previous was used long ago, and is reported as reuse
-- (RFC 9700 section 4.14.2).
CREATE TABLE token_families (
    id                 TEXT PRIMARY KEY,
    -- what the tokens descend from: the grant of a device, of an authorization code, or nothing but the client itself
    kind               TEXT NOT NULL,
    grant_id           TEXT UNIQUE,
    client_id          TEXT NOT NULL,
    subject            TEXT,
    scope              TEXT NOT NULL,
    -- the approved resources (RFC 8707) as a JSON list; NULL: none, so tokens have the usual audience
    resources          TEXT,
    auth_time          BIGINT,
    amr                TEXT,
    acr                TEXT,
    issued_at          BIGINT NOT NULL,
    last_used_at       BIGINT,
    purge_at           BIGINT NOT NULL,
    revoked_at         BIGINT,
    -- the proven key (RFC 7638 thumbprint); the refresh tokens of a public client are bound to it
    dpop_jkt           TEXT,
    -- Whether a refresh bound the family to its key, not its issue. Its first refresh tokens were free, so one of them may
    -- belong to somebody else, and a spent one is examined without a key.
    bound_late         BOOLEAN NOT NULL DEFAULT FALSE,
    ends_at            BIGINT,
    refresh_key        BYTEA,
    refresh_digest     BYTEA,
    refresh_idle_until BIGINT,
    refresh_previous   BYTEA,
    refresh_rotated_at BIGINT,
    -- the current token, sealed under the previous one, for a client that did not receive the answer
    refresh_sealed     BYTEA,
    -- The device as its person knows it: the name that they gave it, and who asked. Copied from the grant, which is purged
    -- long before the tokens end.
    name               TEXT,
    requested_from     TEXT,
    user_agent         TEXT,
    -- when its person said that they did not sign it in
    reported_at        BIGINT,
    CHECK (kind IN ('device', 'code', 'client')),
    -- nobody logged in for a client's own token
    CHECK (kind = 'client'
        OR (grant_id IS NOT NULL AND subject IS NOT NULL AND auth_time IS NOT NULL AND amr IS NOT NULL))
);
CREATE INDEX token_families_subject ON token_families (subject);
CREATE INDEX token_families_purge_at ON token_families (purge_at);
CREATE UNIQUE INDEX token_families_refresh_key ON token_families (refresh_key);

-- Access tokens, by the digest of their `jti`, or of the token itself if it is opaque.
CREATE TABLE access_tokens (
    digest     BYTEA PRIMARY KEY,
    family_id  TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- the claims of an opaque token as a JSON object; NULL: it is a JWT, which carries them
    claims     TEXT
);
CREATE INDEX access_tokens_family_id ON access_tokens (family_id);
CREATE INDEX access_tokens_expires_at ON access_tokens (expires_at);

-- The answer that carried the tokens, sealed under the device code, which only the device has: for a device that proves
-- the same key again because it did not receive that answer.
CREATE TABLE redeliveries (
    grant_id   TEXT PRIMARY KEY,
    sealed     BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX redeliveries_expires_at ON redeliveries (expires_at);

-- Signing keys; the private half is sealed under the root secret. A key is published from its creation and signs from
-- `active_from` on, until the next generation of its algorithm does.
CREATE TABLE signing_keys (
    kid            TEXT PRIMARY KEY,
    algorithm      TEXT NOT NULL,
    generation     BIGINT NOT NULL,
    public_jwk     TEXT NOT NULL,
    sealed_private BYTEA NOT NULL,
    created_at     BIGINT NOT NULL,
    active_from    BIGINT NOT NULL,
    UNIQUE (algorithm, generation)
);

-- What somebody may have to answer for: written in the transaction of the change that it records, and never changed. Ids
-- are no foreign keys, because an event outlives the rows that it names; a deleted account leaves its `sub` here, not its
-- name.
CREATE TABLE audit_events (
    id         TEXT PRIMARY KEY,
    at         BIGINT NOT NULL,
    event      TEXT NOT NULL,
    channel    TEXT NOT NULL,
    -- who did it; NULL: somebody who proved nothing, such as whoever typed a wrong password
    actor      TEXT,
    grant_id   TEXT,
    family_id  TEXT,
    client_id  TEXT,
    -- the person whom it concerns
    subject    TEXT,
    address    TEXT,
    request_id TEXT,
    detail     TEXT NOT NULL,
    CHECK (actor = 'server' OR actor LIKE 'person:_%' OR actor LIKE 'client:_%' OR actor LIKE 'unix:_%'
        OR actor LIKE 'cert:_%')
);
CREATE INDEX audit_events_at ON audit_events (at, id);
-- A person's recent activity, on their account page.
CREATE INDEX audit_events_subject ON audit_events (subject, at, id) WHERE subject IS NOT NULL;

-- The outbox of the webhooks: a row for each webhook that wants an event, written in the transaction of the event. The body
-- is deleted when it is delivered. `attempts` grows with each attempt, and identifies it.
CREATE TABLE notices (
    webhook      TEXT NOT NULL,
    id           TEXT NOT NULL,
    name         TEXT NOT NULL,
    at           BIGINT NOT NULL,
    body         TEXT NOT NULL,
    attempts     BIGINT NOT NULL,
    -- the time of the next attempt; during an attempt, the time at which another node may try; NULL: finished
    due_at       BIGINT,
    delivered_at BIGINT,
    given_up_at  BIGINT,
    last_answer  TEXT,
    PRIMARY KEY (webhook, id),
    CHECK (due_at IS NULL OR (delivered_at IS NULL AND given_up_at IS NULL)),
    CHECK (due_at IS NOT NULL OR delivered_at IS NOT NULL OR given_up_at IS NOT NULL)
);
CREATE INDEX notices_due_at ON notices (webhook, due_at);
CREATE INDEX notices_at ON notices (at);

-- Who recently approved a request of this client from this network, for as long as campaigns are counted over.
CREATE TABLE approvals_by_origin (
    client_id TEXT NOT NULL,
    origin    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (client_id, origin, subject)
);
CREATE INDEX approvals_by_origin_at ON approvals_by_origin (at);

-- The origins of those approvals: whether one is suspected of a campaign, or held until an operator releases it. A
-- transaction that counts approvals locks this row first.
CREATE TABLE campaigns (
    client_id    TEXT NOT NULL,
    origin       TEXT NOT NULL,
    seen_at      BIGINT NOT NULL,
    suspected_at BIGINT,
    held         BOOLEAN NOT NULL,
    PRIMARY KEY (client_id, origin)
);
