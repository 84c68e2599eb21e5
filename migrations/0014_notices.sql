-- What somebody else is told of what happened: a row for each webhook that wants to hear of an event, written with the event
-- and emptied of what it says once it is delivered. `attempts` grows with each try, and tells one try from the next.
CREATE TABLE notices (
    webhook      TEXT NOT NULL,
    id           TEXT NOT NULL,
    name         TEXT NOT NULL,
    at           BIGINT NOT NULL,
    body         TEXT NOT NULL,
    attempts     BIGINT NOT NULL,
    -- when it is to be tried next; while it is being tried, when somebody else may try; null: it is over
    due_at       BIGINT,
    delivered_at BIGINT,
    given_up_at  BIGINT,
    last_answer  TEXT,
    PRIMARY KEY (webhook, id),
    CHECK (due_at IS NULL OR (delivered_at IS NULL AND given_up_at IS NULL)),
    CHECK (due_at IS NOT NULL OR delivered_at IS NOT NULL OR given_up_at IS NOT NULL)
);
CREATE INDEX notices_due_at ON notices (webhook, due_at);
CREATE INDEX notices_at ON notices (at);

-- Who lately approved a request of this client from this network, for as long as campaigns are counted over.
CREATE TABLE approvals_by_origin (
    client_id TEXT NOT NULL,
    origin    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (client_id, origin, subject)
);
CREATE INDEX approvals_by_origin_at ON approvals_by_origin (at);

-- The origins of those, and whether one is suspected, or held until an operator releases it. Whoever counts takes the row first.
CREATE TABLE campaigns (
    client_id    TEXT NOT NULL,
    origin       TEXT NOT NULL,
    seen_at      BIGINT NOT NULL,
    suspected_at BIGINT,
    held         BOOLEAN NOT NULL,
    PRIMARY KEY (client_id, origin)
);
