-- What may be shown once and never again while it lives: the `jti` of proofs and assertions, as digests. All nodes share
-- it, so that what was shown to one of them cannot be replayed to another.
CREATE TABLE single_uses (
    digest     BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX single_uses_expires_at ON single_uses (expires_at);
