-- A grant that does not wait any more, for the memory of every node. It is written in the transaction that ended the
-- waiting, and kept for ten minutes. On Postgres `number` is that of the transaction; on SQLite it counts.
CREATE TABLE changes (
    number             BIGINT NOT NULL,
    device_code_digest BYTEA NOT NULL,
    -- by the clock of the database
    at                 BIGINT NOT NULL,
    PRIMARY KEY (number, device_code_digest)
);

-- A program that does not write these rows would leave devices waiting at the other nodes.
UPDATE server_facts SET value = '2' WHERE name = 'oldest_reader';
