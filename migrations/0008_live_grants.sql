-- From which network a request came, as budgets know it: an IPv4 address or an IPv6 /64. Empty for requests that were
-- made before there was this column, and by a version that does not know it.
ALTER TABLE device_grants ADD COLUMN requested_network TEXT NOT NULL DEFAULT '';
-- Grants that wait for a person, to count them. What has ended is in none of these.
CREATE INDEX device_grants_live ON device_grants (expires_at) WHERE state IN ('pending', 'claimed');
CREATE INDEX device_grants_live_client ON device_grants (client_id, expires_at) WHERE state IN ('pending', 'claimed');
CREATE INDEX device_grants_live_network ON device_grants (requested_network, expires_at)
    WHERE state IN ('pending', 'claimed');
