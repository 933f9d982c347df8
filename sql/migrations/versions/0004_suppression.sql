-- Do-not-call: the lists, their versions, who is on them, and what they removed from imports.

CREATE SCHEMA dnc;

CREATE TABLE dnc_lists (
    list_id    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    kind       text NOT NULL CHECK (kind IN (
        'internal', 'national', 'state', 'litigator', 'campaign')),
    campaign   text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((kind = 'campaign') = (campaign IS NOT NULL))
);
CREATE UNIQUE INDEX dnc_lists_name ON dnc_lists (lower(name));
COMMENT ON COLUMN dnc_lists.campaign IS
    'The list counts only for contacts of this campaign, whatever its case; null: for all.';

CREATE TABLE dnc_versions (
    version_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    list_id    integer NOT NULL REFERENCES dnc_lists,
    version    integer NOT NULL,
    mode       text NOT NULL CHECK (mode IN ('full', 'change')),
    file_name  text,
    sha256     text,
    reason     text,
    as_of      timestamptz NOT NULL DEFAULT now(),
    loaded_at  timestamptz NOT NULL DEFAULT now(),
    entries    bigint NOT NULL,
    added      bigint NOT NULL DEFAULT 0,
    removed    bigint NOT NULL DEFAULT 0,
    rejected   bigint NOT NULL DEFAULT 0,
    UNIQUE (list_id, version)
);
COMMENT ON COLUMN dnc_versions.as_of IS 'When the list says that it was made, else when loaded.';
COMMENT ON COLUMN dnc_versions.entries IS 'Numbers and addresses on the list from this version on.';
COMMENT ON COLUMN dnc_versions.reason IS 'What was said with `dnc add`.';

-- Each list fills a child table of its own, dnc.list_<list_id>, that inherits from this one; a full
-- load builds a fresh child and swaps it in. Inheritance and not partitioning, because detaching a
-- partition locks the parent against everybody, dropping a child does not.
CREATE TABLE dnc_entries (
    number     bigint NOT NULL,
    list_id    integer NOT NULL,
    version_id integer NOT NULL
);
COMMENT ON COLUMN dnc_entries.number IS 'The digits of E.164, without the plus.';
COMMENT ON COLUMN dnc_entries.version_id IS 'The version that put the number on the list.';

CREATE TABLE dnc_emails (
    list_id    integer NOT NULL REFERENCES dnc_lists,
    email_key  text NOT NULL,
    version_id integer NOT NULL,
    PRIMARY KEY (email_key, list_id)
);
COMMENT ON COLUMN dnc_emails.email_key IS 'The match key, so that aliases of a mailbox count too.';

CREATE VIEW dnc_current AS
SELECT l.list_id, l.name, l.kind, l.campaign, v.version_id, v.version, v.as_of, v.loaded_at,
       v.entries
FROM dnc_lists AS l
CROSS JOIN LATERAL (
    SELECT * FROM dnc_versions AS one WHERE one.list_id = l.list_id
    ORDER BY one.version DESC LIMIT 1) AS v;

-- The list of `dnc add` is always there; it only ever grows.
WITH list AS (INSERT INTO dnc_lists (name, kind) VALUES ('opt-outs', 'internal') RETURNING list_id)
INSERT INTO dnc_versions (list_id, version, mode, entries) SELECT list_id, 0, 'full', 0 FROM list;
CREATE TABLE "dnc"."list_1" (LIKE dnc_entries, PRIMARY KEY (number));
ALTER TABLE "dnc"."list_1" INHERIT dnc_entries;

CREATE TABLE dnc_suppressions (
    import_id      integer NOT NULL REFERENCES lead_sources ON DELETE CASCADE,
    row_number     bigint NOT NULL,
    contact_number smallint NOT NULL,
    channel        text NOT NULL CHECK (channel IN ('phone', 'email')),
    value          text NOT NULL,
    list_id        integer REFERENCES dnc_lists,
    list_name      text NOT NULL,
    kind           text NOT NULL,
    version_id     integer REFERENCES dnc_versions,
    list_version   integer,
    list_as_of     timestamptz NOT NULL,
    reason         text NOT NULL,
    checked_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (import_id, row_number, contact_number, channel, value, list_name)
);
COMMENT ON TABLE dnc_suppressions IS
    'Channels that a list took away from an import''s contacts, or an opt-out later from the people '
    'they are. Without list_id and version: what the file itself said of a phone, as old as it is.';
COMMENT ON COLUMN dnc_suppressions.value IS 'E.164, or the match key of an address.';
