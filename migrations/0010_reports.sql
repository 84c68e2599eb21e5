-- When whoever entered the code of a request said that they did not start it.
ALTER TABLE device_grants ADD COLUMN reported_at BIGINT;
