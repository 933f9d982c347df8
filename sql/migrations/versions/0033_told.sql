-- What people are told outside the page: kept until it has arrived.

CREATE TABLE notice_deliveries (
    delivery_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target       text NOT NULL,
    what         text NOT NULL CHECK (what IN ('opened', 'worse', 'over', 'import', 'leads')),
    severity     text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    told         text NOT NULL,
    made_at      timestamptz NOT NULL,
    next_try_at  timestamptz NOT NULL,
    attempts     integer NOT NULL DEFAULT 0,
    last_error   text,
    delivered_at timestamptz,
    given_up_at  timestamptz
);
CREATE INDEX notice_deliveries_undelivered ON notice_deliveries (target, delivery_id) WHERE delivered_at IS NULL;
CREATE INDEX notice_deliveries_delivered ON notice_deliveries (target, delivered_at) WHERE delivered_at IS NOT NULL;
CREATE INDEX notice_deliveries_made ON notice_deliveries (made_at);
COMMENT ON TABLE notice_deliveries IS
    'What is told to one address, once; tried again until it arrives, or for three days.';
COMMENT ON COLUMN notice_deliveries.target IS
    'Whose it is: the beginning of the SHA-256 of an address, which stands nowhere itself.';

-- Ends of imports that people may want to hear of, queued by whatever transaction ends one.
CREATE TABLE import_ends (
    end_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    import_id integer NOT NULL,
    status    text NOT NULL
);
COMMENT ON TABLE import_ends IS 'Imports that came to an end (or to a person) of which nobody has been told yet.';

CREATE FUNCTION queue_import_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO import_ends (import_id, status) VALUES (NEW.import_id, NEW.status);
    RETURN NULL;
END $$;
CREATE TRIGGER lead_sources_end AFTER UPDATE OF status ON lead_sources
    FOR EACH ROW WHEN (NEW.status IS DISTINCT FROM OLD.status
                       AND NEW.status IN ('completed', 'failed', 'rejected', 'held'))
    EXECUTE FUNCTION queue_import_end();
CREATE TRIGGER lead_sources_refused AFTER INSERT ON lead_sources
    FOR EACH ROW WHEN (NEW.status = 'rejected')
    EXECUTE FUNCTION queue_import_end();

-- Single new leads, for those who call them.
CREATE TABLE lead_notices (
    lead_notice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lead_id        bigint NOT NULL,
    import_id      integer NOT NULL,
    created_at     timestamptz NOT NULL,
    UNIQUE (lead_id, import_id)
);
CREATE INDEX lead_notices_created ON lead_notices (created_at);
COMMENT ON TABLE lead_notices IS 'A new lead of an import with few of them, for people who call leads.';
CREATE TABLE lead_notice_reads (
    lead_notice_id bigint NOT NULL REFERENCES lead_notices ON DELETE CASCADE,
    reader         text NOT NULL,
    read_at        timestamptz NOT NULL,
    PRIMARY KEY (lead_notice_id, reader)
);
COMMENT ON TABLE lead_notice_reads IS 'Who has read a notice of a lead, by the name of their token.';

-- People who call leads see these, and nothing of how they come in.
ALTER TABLE access_tokens
    DROP CONSTRAINT access_tokens_role_check,
    ADD CONSTRAINT access_tokens_role_check CHECK (role IN ('sales', 'viewer', 'operator', 'admin'));
