-- The ledger of imports and what belongs to it. Staging columns are not here: they come from the
-- list of fields (lead_pipeline/fields/fields.csv) and are added by lead_pipeline/database/schema.py.

CREATE SCHEMA IF NOT EXISTS staging;
CREATE SCHEMA IF NOT EXISTS archive;
CREATE SCHEMA IF NOT EXISTS dagster;

CREATE TABLE lead_sources (
    import_id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partition_key     text UNIQUE,
    object_key        text NOT NULL,
    version_tag       text NOT NULL,
    bytes             bigint NOT NULL,
    modified_at       timestamptz NOT NULL,
    sha256            text,
    original_filename text NOT NULL,
    hash              text NOT NULL,
    supplier          text,
    source            text,
    source_type       text,
    profile           text,
    layout            jsonb,
    columns           jsonb,
    status            text NOT NULL DEFAULT 'waiting' CHECK (status IN (
        'waiting', 'loaded', 'normalized', 'archived', 'completed',
        'duplicate', 'rejected', 'failed')),
    attempt           integer NOT NULL DEFAULT 1,
    run_id            text,
    duplicate_of      integer REFERENCES lead_sources,
    error_code        text,
    error             text,
    archive_table     text UNIQUE,
    seen_at           timestamptz NOT NULL DEFAULT now(),
    started_at        timestamptz,
    loaded_at         timestamptz,
    normalized_at     timestamptz,
    archived_at       timestamptz,
    completed_at      timestamptz,
    rows_read         bigint,
    rows_contacts     bigint,
    rows_rejected     bigint,
    rows_blank        bigint,
    contacts_found    bigint,
    contacts_new      bigint,
    contacts_invalid  bigint,
    UNIQUE (object_key, version_tag),
    CHECK (partition_key IS NOT NULL OR status = 'duplicate')
);

COMMENT ON TABLE lead_sources IS 'The ledger: one row per import, that is per file version.';
COMMENT ON COLUMN lead_sources.version_tag IS
    'What the bucket says of the version: sha256 of the content (folder) or the ETag (S3).';
COMMENT ON COLUMN lead_sources.rows_read IS
    'Physical records of the file below its header, blank ones included.';

-- The same bytes are imported once: the second file that would hold them becomes a duplicate.
CREATE UNIQUE INDEX lead_sources_content ON lead_sources (sha256)
    WHERE status <> 'duplicate';
CREATE INDEX lead_sources_open ON lead_sources (import_id)
    WHERE status IN ('waiting', 'loaded', 'normalized', 'archived');

CREATE VIEW upload_batches AS
SELECT import_id AS batch_id, original_filename, supplier, status, rows_read AS total_rows,
       contacts_new AS accepted, rows_rejected AS rejected, seen_at AS uploaded_at,
       normalized_at, completed_at, error
FROM lead_sources;

-- Raw rows in flight. Each import fills a child table of its own (staging.leads_<import_id>) that
-- inherits from this one. Inheritance and not partitioning, because dropping or detaching a
-- partition locks the parent against everybody, dropping a child does not.
CREATE TABLE leads (
    import_id  integer NOT NULL,
    row_number bigint NOT NULL,
    extra      jsonb
);

CREATE TABLE rejected_leads (
    import_id  integer NOT NULL REFERENCES lead_sources ON DELETE CASCADE,
    row_number bigint NOT NULL,
    code       text NOT NULL,
    reason     text NOT NULL,
    raw        jsonb NOT NULL,
    PRIMARY KEY (import_id, row_number)
);
COMMENT ON COLUMN rejected_leads.raw IS
    'The cells in the order of the file''s header (array), or the record''s text as it stands.';

CREATE TABLE invalid_contacts (
    import_id      integer NOT NULL REFERENCES lead_sources ON DELETE CASCADE,
    row_number     bigint NOT NULL,
    contact_number smallint NOT NULL,
    contact_role   text NOT NULL,
    code           text NOT NULL,
    reason         text NOT NULL,
    contact_name   text,
    email          text,
    phone          text,
    PRIMARY KEY (import_id, row_number, contact_number)
);
COMMENT ON TABLE invalid_contacts IS
    'Contacts that were found but cannot be called under their profile''s rule, as they stood.';
