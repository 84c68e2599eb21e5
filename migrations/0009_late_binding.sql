-- Whether a family was bound to its key by a refresh, and not when it was issued. Its first refresh tokens were free, so one of
-- them may be another's, and whoever comes with a spent one needs no key to be heard.
ALTER TABLE token_families ADD COLUMN bound_late BOOLEAN NOT NULL DEFAULT FALSE;
