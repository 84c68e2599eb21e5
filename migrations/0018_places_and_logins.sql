-- The sites around the network that a request came from, to count what waits of each: an IPv6 /56, and an IPv6 /48 or an IPv4
-- /24. NULL for requests that were made before there were these columns, for those of a version that does not know them, and
-- where there is no such site.
ALTER TABLE device_grants ADD COLUMN requested_subscriber TEXT;
ALTER TABLE device_grants ADD COLUMN requested_site TEXT;
CREATE INDEX device_grants_live_subscriber ON device_grants (requested_subscriber, expires_at)
    WHERE state IN ('pending', 'claimed');
CREATE INDEX device_grants_live_site ON device_grants (requested_site, expires_at) WHERE state IN ('pending', 'claimed');
-- Logins whose password is being looked at. They count against a limit until it is known whether they were wrong; after
-- trying_until or held_until, the process that looked at them is gone.
ALTER TABLE login_throttles ADD COLUMN trying BIGINT NOT NULL DEFAULT 0;
ALTER TABLE login_throttles ADD COLUMN trying_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE budgets ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
ALTER TABLE budgets ADD COLUMN held_until BIGINT NOT NULL DEFAULT 0;
-- Failures in a browser that has logged in to an account before are a row of their own: this is the row of the account.
ALTER TABLE login_throttles ADD COLUMN known_of BYTEA;
CREATE INDEX login_throttles_known_of ON login_throttles (known_of) WHERE known_of IS NOT NULL;
