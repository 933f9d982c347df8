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
