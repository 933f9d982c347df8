-- What a file says of a lead beside name and channels. The columns themselves follow the list of
-- fields and are added by lead_pipeline/database/schema.py.

CREATE AGGREGATE merged(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{}');
COMMENT ON AGGREGATE merged(jsonb) IS
    'Objects in one: where several have a member, that of the last one stands.';

ALTER TABLE leads_master RENAME COLUMN external_id TO external_lead_id;
-- Kept by the statements that write a lead, and held to it by checks: columns that stay generated
-- would cost an import a twenty-fifth of its time.
ALTER TABLE leads_master
    ADD COLUMN id bigint GENERATED ALWAYS AS (lead_id) STORED,
    ADD COLUMN alternate_phone_number text GENERATED ALWAYS AS (phones[2]) STORED;
ALTER TABLE leads_master
    ALTER COLUMN id DROP EXPRESSION,
    ALTER COLUMN alternate_phone_number DROP EXPRESSION,
    ALTER COLUMN id SET NOT NULL,
    ADD CHECK (id = lead_id),
    ADD CHECK (alternate_phone_number IS NOT DISTINCT FROM phones[2]);
COMMENT ON COLUMN leads_master.id IS 'The same as lead_id, for programs that ask for an id.';
COMMENT ON COLUMN leads_master.alternate_phone_number IS
    'The second number in E.164 that may be called, if there is one.';

-- A foreign key costs an import a sixteenth of its time for every column that has one, since each row looks
-- its parent up. Leads are written only by the transaction that holds their import, so what can go
-- wrong is the other side: a parent that is taken away.
CREATE FUNCTION keep_while_leads_refer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'source_names' THEN
        PERFORM FROM leads_master WHERE source_id = OLD.source_id LIMIT 1;
    ELSE
        PERFORM FROM leads_master WHERE import_id = OLD.import_id LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE foreign_key_violation USING MESSAGE =
            'leads of leads_master refer to this row of ' || TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER keep_while_leads_refer BEFORE DELETE ON source_names
    FOR EACH ROW EXECUTE FUNCTION keep_while_leads_refer();
CREATE TRIGGER keep_while_leads_refer BEFORE DELETE ON lead_sources
    FOR EACH ROW EXECUTE FUNCTION keep_while_leads_refer();

-- The person's own name of the file, without the hash that `drop` put behind it; the hash stands beside.
UPDATE lead_sources
SET original_filename = regexp_replace(original_filename, '_' || hash || '(?=[.][^./]*$|$)', '')
WHERE status <> 'waiting';

-- By which kind of way a lead came.
ALTER TABLE lead_sources ADD COLUMN import_source text
    CHECK (import_source IN ('csv', 'api', 'events', 'webhook'));
UPDATE lead_sources
SET import_source = CASE WHEN layout ->> 'kind' = 'ndjson' THEN 'api' ELSE 'csv' END
WHERE layout IS NOT NULL;
ALTER TABLE leads_master ADD COLUMN import_source text;
UPDATE leads_master AS l SET import_source = i.import_source
FROM lead_sources AS i WHERE i.import_id = l.import_id;

-- Sources bear the names that platform syncs have always used; one that people added by hand is the
-- one that the files of its folder count for.
ALTER TABLE source_names ADD COLUMN added_by_hand boolean NOT NULL DEFAULT false;
CREATE TEMP TABLE renamed ON COMMIT DROP AS
SELECT * FROM (VALUES
    ('Google Ads', 'google_form', 'Google', 'google_ads'),
    ('Knowlarity', 'call_log', 'Knowlarity', 'knowlarity_call')
) AS one (old_name, old_type, new_name, new_type);
UPDATE source_names AS s SET display_name = r.new_name, source_type = r.new_type
FROM renamed AS r WHERE (s.display_name, s.source_type) = (r.old_name, r.old_type);
UPDATE lead_sources AS s SET source = r.new_name, source_type = r.new_type
FROM renamed AS r WHERE (s.source, s.source_type) = (r.old_name, r.old_type);

CREATE INDEX lead_sources_source ON lead_sources (source_id);

-- An upload as the person who made it asks for it: every row and every contact is in one sum.
DROP VIEW upload_batches;
CREATE VIEW upload_batches AS
SELECT import_id AS batch_id, original_filename, hash, supplier, source, source_type, import_source, status,
       rows_read AS total_rows, rows_contacts AS rows_with_contacts, rows_rejected AS rejected,
       rows_blank AS blank, contacts_found AS contacts, contacts_new AS accepted,
       contacts_updated AS updated,
       contacts_in_file + contacts_same_source + contacts_cross_source AS duplicates,
       contacts_suppressed AS suppressed, contacts_invalid AS invalid,
       cost_per_lead, cost_per_lead * contacts_new AS cost,
       seen_at AS uploaded_at, normalized_at, completed_at, undone_at, error
FROM lead_sources;
COMMENT ON VIEW upload_batches IS
    'total_rows = rows_with_contacts + rejected + blank; '
    'contacts = accepted + updated + duplicates + suppressed + invalid.';

-- Which attributes every lead has by now: a release that keeps more reads the archives again, once.
ALTER TABLE account ADD COLUMN lead_columns text[] NOT NULL DEFAULT '{}';
