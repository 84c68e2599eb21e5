-- From where somebody signed in, and with which browser, for the page on which they look at their sessions. NULL: before
-- there were these columns, or by a version that does not know them.
ALTER TABLE browser_sessions ADD COLUMN signed_in_from TEXT;
ALTER TABLE browser_sessions ADD COLUMN user_agent TEXT;
-- A device as its person knows it: the name that they gave it (NULL: the one that follows from its user agent), and whose
-- request it was. Copied from the grant, which is forgotten long before the tokens are.
ALTER TABLE token_families ADD COLUMN name TEXT;
ALTER TABLE token_families ADD COLUMN requested_from TEXT;
ALTER TABLE token_families ADD COLUMN user_agent TEXT;
-- when its person said that they did not sign it in
ALTER TABLE token_families ADD COLUMN reported_at BIGINT;
UPDATE token_families SET
    requested_from = (SELECT g.requested_from FROM device_grants g WHERE g.id = token_families.grant_id),
    user_agent = (SELECT g.user_agent FROM device_grants g WHERE g.id = token_families.grant_id);
-- when the password was set, if not with the account
ALTER TABLE users ADD COLUMN password_set_at BIGINT;
-- What somebody did lately, on their own page.
CREATE INDEX audit_events_subject ON audit_events (subject, at, id) WHERE subject IS NOT NULL;
