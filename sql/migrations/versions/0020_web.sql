-- What the page keeps: answers to requests that may come twice, and how far a step of an import is.

CREATE TABLE request_answers (
    key_digest  text PRIMARY KEY,
    fingerprint text NOT NULL,
    answer      json,
    made_at     timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE request_answers IS
    'What was answered to a request with an Idempotency-Key, for a day.';
COMMENT ON COLUMN request_answers.key_digest IS
    'SHA-256 in hex of who asked and their key.';
COMMENT ON COLUMN request_answers.fingerprint IS
    'SHA-256 in hex of the method, the address and the body: another request has another key.';

CREATE UNLOGGED TABLE import_progress (
    import_id  integer PRIMARY KEY REFERENCES lead_sources,
    step       text NOT NULL CHECK (step IN ('load', 'normalize')),
    rows_done  bigint NOT NULL,
    began_at   timestamptz NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE import_progress IS
    'Rows that a long step has behind it: written once a second at most, gone with the step. '
    'Unlogged, because after a crash nobody works on anything.';
