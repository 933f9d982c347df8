-- What people should know: each thing once, as long as it lasts.

CREATE TABLE notices (
    notice_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind            text NOT NULL,
    subject         text NOT NULL,
    severity        text NOT NULL CHECK (severity IN ('warning', 'critical')),
    told            text NOT NULL,
    first_seen_at   timestamptz NOT NULL,
    last_seen_at    timestamptz NOT NULL,
    times           bigint NOT NULL DEFAULT 1,
    acknowledged_at timestamptz,
    acknowledged_by text,
    cleared_at      timestamptz
);
CREATE UNIQUE INDEX notices_open ON notices (kind, subject) WHERE cleared_at IS NULL;
CREATE INDEX notices_cleared ON notices (cleared_at) WHERE cleared_at IS NOT NULL;
COMMENT ON TABLE notices IS 'What people should know: each thing once, as long as it lasts.';
COMMENT ON COLUMN notices.subject IS 'What it is about: a list, a source, a supplier; empty for the whole.';
COMMENT ON COLUMN notices.times IS 'At how many looks it was so.';
COMMENT ON COLUMN notices.cleared_at IS 'When it was not so any more.';
