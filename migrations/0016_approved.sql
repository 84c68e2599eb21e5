-- What somebody allowed, and whose device has not come for it yet: shown at the account, and taken back there.
CREATE INDEX device_grants_approved ON device_grants (subject) WHERE state = 'approved';
