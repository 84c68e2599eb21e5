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
