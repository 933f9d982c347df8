-- What a file says of a lead beside name and channels. The columns themselves follow the list of
-- fields and are added by lead_pipeline/database/schema.py.

CREATE AGGREGATE merged(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{}');
COMMENT ON AGGREGATE merged(jsonb) IS
    'Objects in one: where several have a member, that of the last one stands.';

ALTER TABLE leads_master RENAME COLUMN external_id TO external_lead_id;
ALTER TABLE leads_master
    ADD COLUMN id bigint GENERATED ALWAYS AS (lead_id) STORED,
    ADD COLUMN alternate_phone_number text GENERATED ALWAYS AS (phones[2]) STORED;
COMMENT ON COLUMN leads_master.id IS 'The same as lead_id, for programs that ask for an id.';
COMMENT ON COLUMN leads_master.alternate_phone_number IS
    'The second number in E.164 that may be called, if there is one.';
