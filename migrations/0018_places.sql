-- The sites around the network that a request came from, to count what waits of each: an IPv6 /56, and an IPv6 /48 or an IPv4
-- /24. NULL for requests that were made before there were these columns, for those of a version that does not know them, and
-- where there is no such site.
ALTER TABLE device_grants ADD COLUMN requested_subscriber TEXT;
ALTER TABLE device_grants ADD COLUMN requested_site TEXT;
CREATE INDEX device_grants_live_subscriber ON device_grants (requested_subscriber, expires_at)
    WHERE state IN ('pending', 'claimed');
CREATE INDEX device_grants_live_site ON device_grants (requested_site, expires_at) WHERE state IN ('pending', 'claimed');
