-- Requests that were revoked before anybody allowed them count against the limits of requests that wait until they would have
-- expired. They are few, so that no other request pays for these.
CREATE INDEX device_grants_revoked ON device_grants (expires_at) WHERE state = 'revoked';
CREATE INDEX device_grants_revoked_client ON device_grants (client_id, expires_at) WHERE state = 'revoked';
CREATE INDEX device_grants_revoked_network ON device_grants (requested_network, expires_at) WHERE state = 'revoked';
CREATE INDEX device_grants_revoked_subscriber ON device_grants (requested_subscriber, expires_at) WHERE state = 'revoked';
CREATE INDEX device_grants_revoked_site ON device_grants (requested_site, expires_at) WHERE state = 'revoked';
