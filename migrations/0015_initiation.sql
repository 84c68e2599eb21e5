-- What ties the person in the browser to the one at the device, for clients that opted in (RFC 10027 sections 6.1.16 and 6.1.17).
-- The keyed digest of the number that the device shows, and whether another one was picked, which denied the request.
ALTER TABLE device_grants ADD COLUMN number_digest BYTEA;
ALTER TABLE device_grants ADD COLUMN number_missed BOOLEAN NOT NULL DEFAULT FALSE;
-- Whether the device has to send the PIN of the approval, the keyed digest of that PIN, and how many PINs came.
ALTER TABLE device_grants ADD COLUMN pin_required BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE device_grants ADD COLUMN pin_digest BYTEA;
ALTER TABLE device_grants ADD COLUMN pin_tries BIGINT NOT NULL DEFAULT 0;
