-- One row for each signed-in device, however often it refreshes: the chain of its refresh tokens is linear, so the row
-- keeps the last two. A token names its chain by `refresh_key` (a digest of its first half); one that is neither the
-- current nor the one before it was used long ago, which is the alarm of RFC 9700 section 4.14.2.
ALTER TABLE token_families ADD COLUMN ends_at BIGINT;
ALTER TABLE token_families ADD COLUMN refresh_key BYTEA;
ALTER TABLE token_families ADD COLUMN refresh_digest BYTEA;
ALTER TABLE token_families ADD COLUMN refresh_idle_until BIGINT;
ALTER TABLE token_families ADD COLUMN refresh_previous BYTEA;
ALTER TABLE token_families ADD COLUMN refresh_rotated_at BIGINT;
-- the current token, sealed under the one before it, for a client whose answer got lost
ALTER TABLE token_families ADD COLUMN refresh_sealed BYTEA;
ALTER TABLE token_families ADD COLUMN last_used_at BIGINT;
CREATE UNIQUE INDEX token_families_refresh_key ON token_families (refresh_key);
