-- Feedback: what dialers, texting tools and buyers say of leads that are there.

CREATE TABLE lead_feedback (
    import_id   integer NOT NULL REFERENCES lead_sources,
    row_number  bigint NOT NULL,
    lead_id     bigint NOT NULL,
    at          timestamptz NOT NULL,
    is_timed    boolean NOT NULL,
    channel     text NOT NULL CHECK (channel IN ('call', 'text', 'email')),
    disposition text,
    reply       text,
    is_attempt  boolean NOT NULL,
    is_repeated boolean NOT NULL,
    PRIMARY KEY (import_id, row_number)
);
CREATE INDEX lead_feedback_lead ON lead_feedback (lead_id, at);
COMMENT ON TABLE lead_feedback IS 'Row of an import of feedback, and the lead that it was found to be of.';
COMMENT ON COLUMN lead_feedback.at IS 'When it happened; where the file does not say (is_timed), when it came.';
COMMENT ON COLUMN lead_feedback.is_repeated IS 'An earlier row told the same already: it changed nothing.';

CREATE TABLE lead_returns (
    import_id   integer NOT NULL REFERENCES lead_sources,
    row_number  bigint NOT NULL,
    lead_id     bigint NOT NULL,
    returned_at timestamptz NOT NULL,
    reason      text,
    PRIMARY KEY (import_id, row_number)
);
CREATE INDEX lead_returns_lead ON lead_returns (lead_id);
COMMENT ON TABLE lead_returns IS 'Lead that was given back: when and why.';

CREATE TABLE opt_outs_received (
    import_id   integer NOT NULL REFERENCES lead_sources,
    row_number  bigint NOT NULL,
    channel     text NOT NULL CHECK (channel IN ('phone', 'email')),
    value       text NOT NULL,
    received_at timestamptz NOT NULL,
    said        text NOT NULL,
    PRIMARY KEY (import_id, row_number, channel, value)
);
CREATE INDEX opt_outs_received_value ON opt_outs_received (value);
COMMENT ON TABLE opt_outs_received IS
    'Number or address that opted out by feedback: when that was received, and in which words. It stays.';
