-- What the API keeps: answers to requests that may come twice.

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
