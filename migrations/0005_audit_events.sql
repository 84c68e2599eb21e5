-- What happened that somebody may have to answer for: written with the change it tells of, read, and never changed. It
-- refers to other rows by their ids alone, because it outlives them; a deleted account leaves its `sub` here, not its name.
CREATE TABLE audit_events (
    id         TEXT PRIMARY KEY,
    at         BIGINT NOT NULL,
    event      TEXT NOT NULL,
    channel    TEXT NOT NULL,
    grant_id   TEXT,
    family_id  TEXT,
    client_id  TEXT,
    subject    TEXT,
    address    TEXT,
    request_id TEXT,
    detail     TEXT NOT NULL
);
CREATE INDEX audit_events_at ON audit_events (at, id);
