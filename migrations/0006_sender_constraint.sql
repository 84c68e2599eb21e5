-- What who polls has to prove, said with the first request: the key of a DPoP proof (its RFC 7638 thumbprint), the
-- challenge of PKCE (the SHA-256 of a verifier), and how many wrong verifiers came since.
ALTER TABLE device_grants ADD COLUMN dpop_jkt TEXT;
ALTER TABLE device_grants ADD COLUMN code_challenge BYTEA;
ALTER TABLE device_grants ADD COLUMN wrong_verifiers BIGINT NOT NULL DEFAULT 0;
-- The key that was proven when the family was issued; the refresh tokens of a public client are bound to it.
ALTER TABLE token_families ADD COLUMN dpop_jkt TEXT;
-- The answer that carried the tokens, sealed under the device code, which only the device has: for a device that proves the
-- same key again because that answer got lost.
CREATE TABLE redeliveries (
    grant_id   TEXT PRIMARY KEY,
    sealed     BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX redeliveries_expires_at ON redeliveries (expires_at);
