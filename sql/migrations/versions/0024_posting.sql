-- Leads that suppliers post: who may, what was answered, and whom the leads are of that wait.

CREATE TABLE posting_tokens (
    token_id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    supplier   text NOT NULL,
    digest     text NOT NULL UNIQUE,
    secret     text NOT NULL,
    daily_cap  integer CHECK (daily_cap > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE UNIQUE INDEX posting_tokens_supplier ON posting_tokens (supplier) WHERE revoked_at IS NULL;
COMMENT ON TABLE posting_tokens IS 'Who may post leads for a supplier, and how many a day.';
COMMENT ON COLUMN posting_tokens.digest IS 'SHA-256 of the token, in hex; the token itself is nowhere.';
COMMENT ON COLUMN posting_tokens.secret IS
    'What the supplier signs with. It is proven by computing with it, so that it stands here as it is.';

CREATE TABLE posting_signatures (
    digest  text PRIMARY KEY,
    seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX posting_signatures_seen ON posting_signatures (seen_at);
COMMENT ON TABLE posting_signatures IS
    'Signed posts of the last minutes by SHA-256 of supplier, id and time: each is taken once.';

CREATE TABLE posted_leads (
    inbox_id  bigint PRIMARY KEY REFERENCES connector_inbox ON DELETE CASCADE,
    source_id integer NOT NULL,
    status    text NOT NULL CHECK (status IN ('accepted', 'duplicate', 'suppressed', 'invalid')),
    reason    text,
    age_days  integer
);
COMMENT ON TABLE posted_leads IS
    'What was answered to a posted lead: the same lead is answered the same. Its import has the last word.';
COMMENT ON COLUMN posted_leads.source_id IS 'The source that its import will count for.';

CREATE TABLE posted_keys (
    kind           match_kind NOT NULL,
    value          text NOT NULL,
    inbox_id       bigint NOT NULL REFERENCES posted_leads ON DELETE CASCADE,
    contact_number smallint NOT NULL,
    PRIMARY KEY (value, kind, inbox_id, contact_number)
);
CREATE INDEX posted_keys_inbox ON posted_keys (inbox_id);
COMMENT ON TABLE posted_keys IS
    'The match keys of posted leads until they are imported: who posts the same person again meanwhile '
    'is told so.';
