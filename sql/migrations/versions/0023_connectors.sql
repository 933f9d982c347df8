-- Leads of other systems wait in an inbox until they lie in the bucket as a file; how far each source
-- was read stands beside them, so that both change in one transaction.

CREATE TABLE connector_deliveries (
    delivery_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source        text NOT NULL,
    profile       text,
    import_source text NOT NULL,
    object_key    text NOT NULL UNIQUE,
    rows          integer NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    put_at        timestamptz,
    version_tag   text
);
CREATE INDEX connector_deliveries_open ON connector_deliveries (delivery_id) WHERE put_at IS NULL;
COMMENT ON TABLE connector_deliveries IS
    'Objects of the bucket made of rows of the inbox. One that is not put yet is put again: its rows, '
    'its name and so its bytes are settled.';

CREATE TABLE connector_pulls (
    pull_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    since       timestamptz,
    until       timestamptz,
    status      text NOT NULL DEFAULT 'running'
        CHECK (status IN ('running', 'done', 'partial', 'throttled', 'failed', 'killed')),
    read        integer NOT NULL DEFAULT 0,
    new         integer NOT NULL DEFAULT 0,
    known       integer NOT NULL DEFAULT 0,
    quarantined integer NOT NULL DEFAULT 0,
    tests       integer NOT NULL DEFAULT 0,
    error       text,
    faults      jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX connector_pulls_source ON connector_pulls (source, pull_id);
COMMENT ON TABLE connector_pulls IS 'Every pull of a source, and what came of it.';
COMMENT ON COLUMN connector_pulls.since IS 'The window that was asked for; null in a regular pull.';
COMMENT ON COLUMN connector_pulls.faults IS 'The parts that could not be read, each with the reason.';

CREATE TABLE connector_inbox (
    inbox_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source        text NOT NULL,
    external_id   text NOT NULL,
    part          text NOT NULL,
    profile       text,
    import_source text NOT NULL,
    occurred_at   timestamptz,
    received_at   timestamptz NOT NULL DEFAULT now(),
    polled_at     timestamptz,
    pushed_at     timestamptz,
    payload       jsonb NOT NULL,
    lead          jsonb,
    problem       text,
    is_test       boolean NOT NULL DEFAULT false,
    pull_id       bigint REFERENCES connector_pulls,
    delivery_id   bigint REFERENCES connector_deliveries,
    UNIQUE (source, external_id)
);
CREATE INDEX connector_inbox_waiting ON connector_inbox (inbox_id)
    WHERE delivery_id IS NULL AND problem IS NULL AND NOT is_test;
CREATE INDEX connector_inbox_delivery ON connector_inbox (delivery_id);
CREATE INDEX connector_inbox_pull ON connector_inbox (pull_id);
CREATE INDEX connector_inbox_received ON connector_inbox (source, received_at);
COMMENT ON TABLE connector_inbox IS
    'Each record of another system once, as it came: before anything is made of it.';
COMMENT ON COLUMN connector_inbox.part IS 'What it was read from: a form, a tab of a sheet, a customer.';
COMMENT ON COLUMN connector_inbox.polled_at IS 'When a pull found it first; null: only a webhook told.';
COMMENT ON COLUMN connector_inbox.pushed_at IS 'When a webhook told it first; null: only a pull found it.';
COMMENT ON COLUMN connector_inbox.pull_id IS 'The pull that found it first; null: a webhook or a post told.';
COMMENT ON COLUMN connector_inbox.lead IS 'What the layout reads, where that is not the payload itself.';
COMMENT ON COLUMN connector_inbox.problem IS 'Why it is kept and not imported.';

CREATE TABLE connector_cursors (
    source   text NOT NULL,
    part     text NOT NULL,
    title    text NOT NULL,
    position jsonb NOT NULL,
    moved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, part)
);
COMMENT ON TABLE connector_cursors IS 'How far each part of a source was read.';

CREATE TABLE connector_notices (
    source      text NOT NULL,
    external_id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    payload     jsonb NOT NULL,
    fetched_at  timestamptz,
    attempts    integer NOT NULL DEFAULT 0,
    error       text,
    PRIMARY KEY (source, external_id)
);
CREATE INDEX connector_notices_open ON connector_notices (source, received_at) WHERE fetched_at IS NULL;
COMMENT ON TABLE connector_notices IS 'Webhooks that only name a record, which has to be fetched then.';

CREATE TABLE connector_hooks (
    source             text NOT NULL,
    day                date NOT NULL,
    delivered          integer NOT NULL DEFAULT 0,
    refused            integer NOT NULL DEFAULT 0,
    challenged         integer NOT NULL DEFAULT 0,
    last_delivered_at  timestamptz,
    last_refused_at    timestamptz,
    last_challenged_at timestamptz,
    PRIMARY KEY (source, day)
);
COMMENT ON TABLE connector_hooks IS 'Calls of each webhook, a row a day.';

ALTER TABLE drop_requests ADD COLUMN import_source text;
COMMENT ON COLUMN drop_requests.import_source IS
    'By which way the leads came, where that is not what the file looks like: api, events, webhook.';
