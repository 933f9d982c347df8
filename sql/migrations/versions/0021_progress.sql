-- How far the steps are that are at work; columns that were corrected for one object alone; imports
-- that whoever dropped them wants to see before they count.

-- Unlogged: nothing waits for the disk for it, and after a crash of the server no step is at work.
CREATE UNLOGGED TABLE import_progress (
    import_id  integer PRIMARY KEY,
    step       text NOT NULL,
    rows_done  bigint,
    rows_total bigint,
    began_at   timestamptz NOT NULL DEFAULT now(),
    noted_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE import_progress IS
    'How far the step of an import is that is at work: kept while it works, and if its worker dies.';

ALTER TABLE mapping_corrections
    ADD COLUMN object_key text NOT NULL DEFAULT '',
    DROP CONSTRAINT mapping_corrections_pkey,
    ADD PRIMARY KEY (header_signature, supplier, object_key, header);
COMMENT ON COLUMN mapping_corrections.object_key IS
    'The only object that it is for, or empty: all objects of the supplier, or anyone''s.';

ALTER TABLE drop_requests ADD COLUMN hold boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN drop_requests.hold IS
    'Whether the import waits for a person before it counts, whatever is agreed with its supplier.';
