-- A key is published from its making and signs from `active_from` on, until the next of its algorithm does.
ALTER TABLE signing_keys ADD COLUMN active_from BIGINT NOT NULL DEFAULT 0;
