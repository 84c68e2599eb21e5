-- What a device asked for beside its scope (a login hint, an age of the login, resources), as one JSON object. NULL: nothing.
ALTER TABLE device_grants ADD COLUMN wishes TEXT;
-- The resources that were approved (RFC 8707), as a JSON list. NULL: none, so tokens have the usual audience.
ALTER TABLE token_families ADD COLUMN resources TEXT;
-- What an opaque access token says, as the JSON object that a JWT would be. NULL: it is a JWT and says it itself.
ALTER TABLE access_tokens ADD COLUMN claims TEXT;
